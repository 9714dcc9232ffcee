/// One call of an AWS service.
package struct AWSCall: Sendable {
    package let service: Service
    /// As IAM and the service name it: `DescribeInstances`.
    package let action: String
    package let contentType: String
    /// The value of `X-Amz-Target`, for JSON services.
    package let target: String?
    package let body: [UInt8]
    package let pace: Pace
    /// What the body holds that must not be seen, should a server repeat it in an error.
    let secret: Secret?
    /// The longest silence before the answer: of a call that waits, more than it waits.
    var idleTimeout = Duration.seconds(15)

    /// A call of EC2, which takes forms.
    static func ec2(_ form: FormBody, pace: Pace = .filtered) -> AWSCall {
        AWSCall(service: .ec2, form, pace: pace)
    }

    /// A call of SSM, which takes JSON.
    static func ssm(_ action: String, body: [UInt8]) -> AWSCall {
        AWSCall(
            service: .ssm, action: action, contentType: "application/x-amz-json-1.1", target: "AmazonSSM." + action, body: body, pace: .ssm, secret: nil)
    }

    /// A call of SQS, which takes JSON.
    ///
    /// - Parameter wait: how long SQS may keep silent, for it waits.
    static func queue(_ action: String, body: [UInt8], silentFor wait: Duration = .zero) -> AWSCall {
        var call = AWSCall(
            service: .sqs, action: action, contentType: "application/x-amz-json-1.0", target: "AmazonSQS." + action, body: body, pace: .queue, secret: nil)
        call.idleTimeout += wait
        return call
    }

    /// A call of Auto Scaling, which takes forms.
    static func autoScaling(_ form: FormBody) -> AWSCall { AWSCall(service: .autoScaling, form, pace: .autoScaling) }

    /// A call of Elastic Load Balancing, which takes forms.
    static func balancing(_ form: FormBody) -> AWSCall { AWSCall(service: .balancing, form, pace: .balancing) }

    /// A call of the token service, which takes forms.
    static func sts(_ form: FormBody, secret: Secret? = nil) -> AWSCall { AWSCall(service: .sts, form, pace: .sts, secret: secret) }
}

extension AWSCall {
    private init(service: Service, _ form: FormBody, pace: Pace, secret: Secret? = nil) {
        self.init(
            service: service, action: form.action, contentType: FormBody.contentType, target: nil, body: form.bytes, pace: pace, secret: secret)
    }
}

extension AWSCall: CustomStringConvertible, CustomReflectable {
    /// Without the body, which may hold a token.
    package var description: String { "\(service.title) \(action)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Which of an account's allowances a call is counted against.
///
/// EC2 gives each account and region a bucket per kind of call and shares it with everything else in the account: 100 and 20 a
/// second for calls that are filtered or paged, 50 and 10 for those that are neither. Half of that, and less, is ours. The other services
/// publish no figures; ours stay far below what their limits have been seen to be.
package enum Pace: Hashable, Sendable, CaseIterable {
    case filtered, unfiltered, ssm, autoScaling, balancing, sts, queue

    /// Burst, and calls a second after it.
    var allowance: (capacity: Double, perSecond: Double) {
        switch self {
        case .filtered: (50, 10)
        case .unfiltered: (25, 5)
        case .ssm: (20, 5)
        case .autoScaling: (10, 2)
        case .balancing: (20, 5)
        case .sts: (10, 2)
        // SQS gives a standard queue as many calls as are made of it; each costs.
        case .queue: (100, 50)
        }
    }
}
