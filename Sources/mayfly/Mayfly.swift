@main struct Mayfly { static func main() {} }
