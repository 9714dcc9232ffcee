/// Whether an instance may be ended by us, as AWS said when it was asked. It is asked for few at a time: those that somebody wants replaced.
package enum TerminationBar: Hashable, Sendable {
    /// Nothing stands in the way.
    case none
    /// `disableApiTermination` is set on it.
    case protected
    /// A dry run was refused; AWS' words.
    case denied(String)
    /// It could not be asked; why.
    case unknown(String)
}
