/// The body of a call in AWS' query protocols: `Action`, `Version`, then the parameters in the order in which they were added.
///
/// The bytes are what Python's `urlencode` makes of the same pairs. AWS hashes whatever it receives; other servers decode
/// and encode again before they compare signatures, and those agree with this form only.
package struct FormBody: Hashable, Sendable {
    /// `application/x-www-form-urlencoded; charset=utf-8`
    package static let contentType = "application/x-www-form-urlencoded; charset=utf-8"
    /// As IAM and the service name it: `DescribeInstances`.
    package let action: String
    package private(set) var text: String

    package init(action: String, version: String) {
        self.action = action
        text = "Action=" + Percent.form(action) + "&Version=" + Percent.form(version)
    }

    /// A call of EC2, in the version of its API that everything here is written for.
    package init(ec2 action: String) { self.init(action: action, version: "2016-11-15") }

    /// A call of Auto Scaling.
    package init(autoScaling action: String) { self.init(action: action, version: "2011-01-01") }

    /// A call of Elastic Load Balancing, of application, network and gateway load balancers and their target groups.
    package init(balancing action: String) { self.init(action: action, version: "2015-12-01") }

    /// A call of the same service's older API, of classic load balancers.
    package init(classic action: String) { self.init(action: action, version: "2012-06-01") }

    /// A call of the token service.
    package init(sts action: String) { self.init(action: action, version: "2011-06-15") }

    package mutating func add(_ name: String, _ value: String) {
        text += "&" + Percent.form(name) + "=" + Percent.form(value)
    }

    /// A flat list in EC2's form: `ImageId.1=…&ImageId.2=…`.
    package mutating func add(_ name: String, list values: [String]) {
        for (index, value) in values.enumerated() { add("\(name).\(index + 1)", value) }
    }

    /// A list in the form of the other query services: `AutoScalingGroupNames.member.1=…`.
    package mutating func add(_ name: String, members values: [String]) { add(name + ".member", list: values) }

    /// EC2's filters: `Filter.1.Name=…&Filter.1.Value.1=…`.
    package mutating func add(filters: [Filter]) {
        for (index, filter) in filters.enumerated() {
            add("Filter.\(index + 1).Name", filter.name)
            add("Filter.\(index + 1).Value", list: filter.values)
        }
    }

    package var bytes: [UInt8] { Array(text.utf8) }
}

/// One of EC2's filters: any of its values; filters are combined by *and*.
package struct Filter: Hashable, Sendable {
    package let name: String
    package let values: [String]

    /// EC2's limit of values in one filter.
    package static let valuesMax = 200

    package init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }

    /// A value that is meant literally: `*` and `?` are escaped, for EC2 reads them as wildcards.
    ///
    /// A backslash becomes the wildcard `?`: servers differ in how they escape it, and to match one character too freely
    /// is harmless, since every answer is compared here again.
    package static func literal(_ value: String) -> String {
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "*", "?": escaped += "\\" + String(character)
            case "\\": escaped += "?"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
