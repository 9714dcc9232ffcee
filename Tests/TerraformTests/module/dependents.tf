# Follows its agent: what an operator declares as a dependent.
resource "terraform_data" "note" {
  for_each = var.agents
  input    = aws_instance.agent[each.key].id
}
