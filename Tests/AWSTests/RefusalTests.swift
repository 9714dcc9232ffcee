@testable import AWS
import Fleet
import Testing
import Wire

@Suite struct `A refusal` {
    private func answer(_ name: String) throws -> HTTPAnswer {
        if name.hasPrefix("handmade/") {
            let status = name.split(separator: ".").compactMap { Int($0) }.last ?? 0
            return HTTPAnswer(status: status, headers: [], body: try Fixture.bytes("aws/" + name), url: "http://127.0.0.1/")
        }
        let message = try Fixture.message(name + ".response.http")
        return HTTPAnswer(status: message.status, headers: message.headers, body: message.body, url: "http://127.0.0.1/")
    }

    private func kind(_ answer: HTTPAnswer) -> AWSError.Kind {
        let problem = AWSError.Problem.refused(status: answer.status, code: Refusal(answer).code, message: "")
        return AWSError(service: .ec2, action: "X", url: "", problem: problem, requestID: nil).kind
    }

    @Test func `is understood in each of AWS' shapes`() throws {
        let expected: [(String, Int, String, AWSError.Kind)] = [
            ("ec2.DescribeInstances.notfound", 400, "InvalidInstanceID.NotFound", .final),
            ("ec2.DescribeInstances.notfound2", 400, "InvalidInstanceID.NotFound", .final),
            ("ec2.DescribeInstances.malformed", 400, "InvalidInstanceID.NotFound", .final),
            ("ec2.DescribeInstances.ids-and-max", 400, "InvalidParameterCombination", .final),
            ("ec2.DescribeInstances.dryrun", 412, "DryRunOperation", .final),
            ("ec2.DescribeInstances.badtoken", 500, "HTTP 500", .transient),
            ("ec2.DescribeImages.notfound", 400, "InvalidAMIID.NotFound", .final),
            ("ec2.DescribeImages.malformed", 400, "InvalidAMIID.Malformed", .final),
            ("auth.ec2.AuthFailure.badsig", 401, "AuthFailure", .signature(isCertain: false)),
            ("auth.ec2.AuthFailure.unknownkey", 401, "AuthFailure", .signature(isCertain: false)),
            ("auth.ec2.UnauthorizedOperation", 403, "AccessDenied", .denied),
            ("auth.ec2.session.badtoken", 401, "AuthFailure", .signature(isCertain: false)),
            ("auth.ssm.AccessDenied", 403, "AccessDenied", .denied),
            ("auth.ssm.badsig", 403, "SignatureDoesNotMatch", .signature(isCertain: false)),
            ("auth.autoscaling.InvalidClientTokenId", 403, "InvalidClientTokenId", .final),
            ("ssm.GetParameter.notfound", 400, "ParameterNotFound", .final),
            ("plus.DescribeInstances.RequestLimitExceeded", 503, "RequestLimitExceeded", .throttled),
            ("plus.DescribeAutoScalingGroups.Throttling", 400, "Throttling", .throttled),
            ("plus.GetCommandInvocation.ThrottlingException", 400, "ThrottlingException", .throttled),
            ("handmade/autoscaling.Throttling.400.xml", 400, "Throttling", .throttled),
            ("handmade/ec2.AuthFailure.401.xml", 401, "AuthFailure", .signature(isCertain: false)),
            ("handmade/ec2.InsufficientInstanceCapacity.500.xml", 500, "InsufficientInstanceCapacity", .transient),
            ("handmade/ec2.InvalidInstanceID.NotFound.two.400.xml", 400, "InvalidInstanceID.NotFound", .final),
            ("handmade/ec2.RequestExpired.400.xml", 400, "RequestExpired", .signature(isCertain: true)),
            ("handmade/ec2.RequestLimitExceeded.503.xml", 503, "RequestLimitExceeded", .throttled),
            ("handmade/ec2.UnauthorizedOperation.403.xml", 403, "UnauthorizedOperation", .denied),
            ("handmade/ssm.AccessDeniedException.400.json", 400, "AccessDeniedException", .denied),
            ("handmade/ssm.ThrottlingException.400.json", 400, "ThrottlingException", .throttled),
            ("handmade/sts.ExpiredToken.403.xml", 403, "ExpiredToken", .expired),
            ("handmade/sts.SignatureDoesNotMatch.skew.403.xml", 403, "SignatureDoesNotMatch", .signature(isCertain: false)),
        ]
        for (name, status, code, expectedKind) in expected {
            let answer = try answer(name)
            #expect(answer.status == status, "\(name)")
            #expect(Refusal(answer).code == code, "\(name)")
            #expect(kind(answer) == expectedKind, "\(name)")
            #expect(!Refusal(answer).message.isEmpty, "\(name)")
        }
    }

    @Test func `keeps the request's id and one line of the message`() throws {
        let refusal = Refusal(try answer("handmade/ec2.UnauthorizedOperation.403.xml"))
        #expect(refusal.requestID == "5a1c0b3e-0000-4000-8000-000000000002")
        #expect(refusal.message.hasSuffix("allows the ec2:TerminateInstances action."))
        #expect(!refusal.message.contains("AbCdEf"))
    }

    @Test func `drops a namespace and a URL around a JSON error's type`() {
        let body = Array(#"{"__type":"com.amazonaws.ssm#ParameterNotFound:http://x/","Message":"gone"}"#.utf8)
        let refusal = Refusal(HTTPAnswer(status: 400, headers: [], body: body, url: ""))
        #expect(refusal.code == "ParameterNotFound")
        #expect(refusal.message == "gone")
    }

    @Test func `that is cut short or damaged still has its status`() throws {
        for name in ["handmade/ec2.RequestLimitExceeded.503.xml", "handmade/ssm.ThrottlingException.400.json", "ec2.DescribeInstances.badtoken"] {
            let whole = try answer(name)
            var random = SeededGenerator(seed: 3)
            for step in 0..<200 {
                let cut = Array(whole.body[..<(whole.body.count * step / 200)])
                _ = Refusal(HTTPAnswer(status: whole.status, headers: [], body: cut, url: ""))
                var flipped = whole.body
                flipped[Int.random(in: 0..<flipped.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                _ = Refusal(HTTPAnswer(status: whole.status, headers: [], body: flipped, url: ""))
            }
            let cut = Refusal(HTTPAnswer(status: 503, headers: [], body: Array(whole.body.prefix(10)), url: ""))
            #expect(cut.code == "HTTP 503")
        }
    }
}
