/// Gets the body of an answer that goes on, piece by piece, and says after each how it stands. It must return at once; the next piece waits for it.
package typealias HTTPReceiver = @Sendable ([UInt8]) -> HTTPStreamStep

/// What a piece of a stream meant to whoever got it.
package enum HTTPStreamStep: Hashable, Sendable {
    /// It was of use. When nothing of use comes for so long, the call fails as timed out.
    case alive(silenceMax: Duration)
    /// Not yet: the time goes on that ran before.
    case waiting
    /// No more is wanted: the connection is closed, and the call has its answer.
    case enough
}
