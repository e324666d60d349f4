/// One request on a connection that carries several. All instants are CLOCK_MONOTONIC nanoseconds.
struct Flight {
    enum State: UInt8 {
        /// The place is free.
        case none
        /// It is in the connection's outbox.
        case asked
        /// Written; its time-out counts.
        case underWay
        /// It has its outcome, a time-out, and its answer may still come.
        case givenUp
    }

    var state = State.none
    /// It was sent before, and nobody looked at it.
    var isRepetition = false
    /// The next one of the same connection that is asked and not written; -1: none.
    var nextAsked: Int32 = -1
    var request = SentRequest(due: 0, firstSent: 0, number: 0)
    /// When it was written.
    var since: Int64 = 0
    /// 0: none yet.
    var firstByte: Int64 = 0
}
