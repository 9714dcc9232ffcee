internal import Fleet
internal import Wire

extension JSONNode {
    /// `{"nanoseconds": 1795428509734807040}`, as the v1 API gives times.
    var time: Timestamp {
        get throws(JSONProblem) { Timestamp(nanoseconds: try self["nanoseconds"].integer) }
    }

    /// Seconds with a fraction, as some of the v1 API still gives times.
    var secondsTime: Timestamp {
        get throws(JSONProblem) {
            guard let time = Timestamp(seconds: try double) else { throw wrong("is not a time") }
            return time
        }
    }
}
