/// What a connection that carries several requests is beyond one that carries one.
struct SharedConnection: ~Copyable {
    var outbox = Outbox()
    /// Places that are taken.
    var used = 0
    /// Of them, those that nobody waits for any more.
    var givenUp = 0
    /// Requests since it was opened.
    var asked = 0
    /// It takes no further requests, and is closed when nobody waits for an answer on it.
    var isDraining = false
    /// The socket's buffer is full.
    var isBlocked = false
    /// Nothing has come since it carried nothing.
    var isSilent = false
    /// When anything came last, CLOCK_MONOTONIC nanoseconds.
    var heardAt: Int64 = 0
    /// Those that are asked and not written, in order; -1: none.
    var firstAsked: Int32 = -1
    var lastAsked: Int32 = -1

    /// Requests that wait for an answer.
    var awaited: Int { used - givenUp }

    /// For the next connection on this slot. Keeps its memory.
    mutating func restart() {
        outbox.clear()
        used = 0
        givenUp = 0
        asked = 0
        isDraining = false
        isBlocked = false
        isSilent = false
        heardAt = 0
        firstAsked = -1
        lastAsked = -1
    }
}
