/// The ways of inject, act and heal through which an agent may die: one for each kind of fault, and a second where what is
/// to be undone is another.
package enum FaultPath: String, Sendable, CaseIterable {
    case delay, loss, duplicate, corrupt, rate, arrivingDelay
    case partition, reset
    case kill, killSlowly, killServer
    case pause, pauseProcess, freeze
    case restart, restartServer
    case stress, limit, disk

    package var isOfPackets: Bool {
        switch self {
        case .delay, .loss, .duplicate, .corrupt, .rate, .arrivingDelay, .partition, .reset: true
        default: false
        }
    }

    /// Nginx with two workers, instead of a shell with two children.
    package var isOnServer: Bool { self == .killServer || self == .restartServer }

    /// Names of the target's processes once it is ready.
    package var processes: [String] {
        isOfPackets || self == .stress || self == .disk
            ? [] : isOnServer ? ["nginx", "nginx", "nginx"] : ["sh", "sleep", "sleep"]
    }
}
