internal import Fleet
internal import Simulation

/// What the invented AWS answers: EC2's and Auto Scaling's query calls with XML, SSM's JSON ones, told apart as AWS' own endpoints never need to be.
struct AWSAnswers {
    let world: World
    let hands: DemoHands

    func answer(_ question: Question) -> Answer {
        if let target = question.target { return SSMAnswers(world: world, hands: hands).answer(question, target: target) }
        let form = Form(question.body)
        if form["Version"] == "2011-01-01" {
            guard question.isSigned else {
                return AutoScalingAnswers.refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
            }
            return AutoScalingAnswers(world: world, form: form, hands: hands).answer()
        }
        guard question.isSigned else {
            return EC2Answers.refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
        if world.throttledUntil[.ec2].map({ world.now < $0 }) ?? false {
            return EC2Answers.refusal(503, "RequestLimitExceeded", "Request limit exceeded.")
        }
        return EC2Answers(world: world, form: form, hands: hands).answer()
    }
}

extension Question {
    /// Whether it carries what a signature of version 4 consists of; the signature itself is not checked.
    var isSigned: Bool {
        guard let authorization, authorization.hasPrefix("AWS4-HMAC-SHA256 ") else { return false }
        return ["Credential=", "SignedHeaders=", "Signature="].allSatisfy(authorization.contains)
    }
}
