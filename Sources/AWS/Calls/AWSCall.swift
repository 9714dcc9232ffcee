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

    /// A call of EC2, which takes forms.
    static func ec2(_ form: FormBody, pace: Pace = .filtered) -> AWSCall {
        AWSCall(service: .ec2, action: form.action, contentType: FormBody.contentType, target: nil, body: form.bytes, pace: pace)
    }

    /// A call of SSM, which takes JSON.
    static func ssm(_ action: String, body: [UInt8]) -> AWSCall {
        AWSCall(service: .ssm, action: action, contentType: "application/x-amz-json-1.1", target: "AmazonSSM." + action, body: body, pace: .parameters)
    }
}

/// Which of an account's allowances a call is counted against.
///
/// EC2 gives each account and region a bucket per kind of call and shares it with everything else in the account: 100 and 20 a
/// second for calls that are filtered or paged, 50 and 10 for those that are neither. Half of that, and less, is ours.
package enum Pace: Hashable, Sendable, CaseIterable {
    case filtered, unfiltered, parameters

    /// Burst, and calls a second after it.
    var allowance: (capacity: Double, perSecond: Double) {
        switch self {
        case .filtered: (50, 10)
        case .unfiltered: (25, 5)
        case .parameters: (20, 5)
        }
    }
}
