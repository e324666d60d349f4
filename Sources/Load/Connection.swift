import Codecs
import Measures
import Recording

/// One slot of the connection table. All instants are CLOCK_MONOTONIC nanoseconds.
struct Connection<C: Conversation> {
    enum State: UInt8 {
        case closed
        case connecting
        /// Open, and the protocol's own beginning is under way.
        case preparing
        case idle
        /// A shared one with requests under way and room for more.
        case roomy
        /// It takes no further request now.
        case busy
    }

    var descriptor: Int32 = -1
    var state = State.closed
    /// The request on it (or, while it is being opened, the one it is opened for) was sent before, on a connection that
    /// was closed.
    var isRepetition = false
    /// Its own end; 0: nobody asks.
    var port: UInt16 = 0
    /// Counts the slot's uses, so that an event of a connection that was closed in the same turn is not taken for one of
    /// its successor.
    var generation: UInt32 = 0
    var setUp = SetUpStamps()
    /// When the attempt began (being opened), or the request was written (busy): its time-out counts from here.
    var since: Int64 = 0
    /// Answers got on this connection; above zero it is a reused one.
    var served = 0
    var request = SentRequest(due: 0, firstSent: 0, number: 0)
    /// 0: none yet.
    var firstByte: Int64 = 0
    /// When the kernel had the whole request; 0: it has not, or nobody asks.
    var writtenAt: Int64 = 0
    /// What the socket's buffer did not take yet; nearly always empty.
    var unsent: [UInt8] = []
    var conversation: C
}

/// How far the beginning of a connection had come when; 0: not yet, or never.
struct SetUpStamps {
    var began: Int64 = 0
    var connected: Int64 = 0
    var secured: Int64 = 0
    var ready: Int64 = 0

    var times: Exchange.SetUp {
        let opened = max(connected, secured)
        return Exchange.SetUp(
            connect: Duration(nanoseconds: connected - began),
            secure: Duration(nanoseconds: opened - connected),
            admit: Duration(nanoseconds: ready - opened)
        )
    }
}

/// A request that was written, on whichever connection.
struct SentRequest {
    let due: Int64
    /// When it was written for the first time; of one that is asked on a shared connection and not written yet: `.min`.
    var firstSent: Int64
    /// In the order of the due times, from 0.
    let number: UInt64
    /// Retries that were made.
    var retries = 0
    /// How the try before this one ended; nil: there was none.
    var last: Outcome?
}
