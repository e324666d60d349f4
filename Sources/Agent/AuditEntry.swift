/// One line of an agent's audit log: who, what, when, and what came of it. New fields are added, none changes its meaning.
struct AuditEntry: Sendable, Codable, Equatable {
    enum Action: String, Sendable, Codable {
        /// Somebody knocked at the network's door.
        case connect
        /// A call that was refused before it was looked at.
        case call
        case startService
        case admit
        case openRun
        case begin
        case closeRun
        /// An operator ended a run.
        case halt
        /// A step of one fault.
        case fault
        /// A run ended since its coordinator was not heard.
        case lease
        /// What an earlier agent left was undone.
        case recover
        case start
        case stop
    }

    enum Outcome: String, Sendable, Codable {
        /// It is about to be tried: whatever follows, or does not, this was asked.
        case asked
        case done
        case refused
        case failed
        // Steps of a fault.
        case armed, started, ended, verified, healed
    }

    /// UTC, ISO 8601.
    let time: String
    /// The same by CLOCK_REALTIME, nanoseconds since 1970.
    let wallNs: Int64
    /// How far this host's clock may be from the coordinator's, nanoseconds; nil: not known.
    let boundNs: Int64?
    let host: String
    /// "coordinator/laptop", "socket" (whoever may open the Unix socket), "agent" (by itself), an address of a stranger.
    let who: String
    let from: String?
    let action: Action
    let outcome: Outcome
    let run: String?
    let fault: String?
    /// The policy's, where one refused: "faults.allow".
    let rules: [String]?
    /// In words.
    let detail: String?
}
