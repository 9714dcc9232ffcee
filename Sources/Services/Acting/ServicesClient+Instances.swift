package import Fleet
internal import Wire

extension ServicesClient {
    /// Has Marathon end one instance of an app, or of a pod, without making the app smaller: it then starts another wherever offers allow.
    ///
    /// `DELETE /v2/apps/<app>/tasks/<task>` without `scale` and `wipe`, or `DELETE /v2/pods/<pod>::instances/<instance>` (Marathon 1.11, `docs/docs/rest-api`); no
    /// deployment comes of either, and asking again for an instance that has ended changes nothing. It has its kill grace period to end.
    package func endInstance(_ task: TaskID, of app: String, isPod: Bool) async -> CallOutcome {
        let asking = changing()
        let id = app.split(separator: "/").map { SchedulerRoute.segment(String($0)) }.joined(separator: "/")
        let name = SchedulerRoute.segment(task.rawValue)
        let path = isPod ? "/v2/pods/\(id)::instances/\(name)" : "/v2/apps/\(id)/tasks/\(name)"
        var words = "nothing was asked: no Marathon is configured; name dcos.url, or services.marathon"
        for route in marathonRoutes {
            do throws(SchedulerError) {
                try await asking.change(.delete, path, by: route) { (bytes) throws(JSONProblem) in
                    var reader = JSONReader(bytes)
                    _ = try reader.node(keeping: [])
                    try reader.end()
                }
                return .accepted
            } catch {
                words = String(error.description.prefix(CallOutcome.wordsMax))
                if !error.saysNothingWasDone { return .unanswered(words) }
                guard error.isNotFound || error.isUnknownService else { break }
            }
        }
        return .refused(words)
    }
}
