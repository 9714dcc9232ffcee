/// Who makes a call.
enum Identity: Sendable {
    /// Whoever holds these credentials: the call is signed.
    case holder(CredentialsCache)
    /// Nobody: what entitles to the call stands in its body. Where that comes from, as people read it.
    case bearer(place: String)

    /// Drops credentials that a server called expired. False when asking again cannot bring others.
    func discard(_ credentials: Credentials?) -> Bool {
        guard case .holder(let cache) = self, let credentials else { return false }
        return cache.discard(credentials)
    }

    /// What to do about a refusal that has to do with who asked. Nil where it has not.
    func advice(on error: AWSError) -> String? {
        switch (self, error.kind) {
        case (.holder(let cache), .denied):
            let trust = error.service == .sts ? ", and name who they belong to in the role's trust policy" : ""
            return "Allow the IAM action \(error.service.rawValue):\(error.action) to these credentials (\(cache.place))\(trust)"
        case (.holder(let cache), .expired): return "The credentials of \(cache.place) have ended: renew them"
        case (.holder(let cache), .signature): return "Check the credentials of \(cache.place)"
        case (.holder(let cache), _):
            guard case .refused(_, let code, _) = error.problem, ["InvalidClientTokenId", "UnrecognizedClientException"].contains(code) else { return nil }
            return "Check the credentials of \(cache.place)"
        case (.bearer(let place), .denied): return "Name the issuer, the audience and the subject of \(place) in the role's trust policy"
        case (.bearer(let place), .expired): return "The token in \(place) has ended: whoever writes that file must renew it"
        case (.bearer, _): return nil
        }
    }
}
