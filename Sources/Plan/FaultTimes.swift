import Measures

extension FaultPlan {
    /// How long a restarted service is taken to be away, when the file cannot say: the phase that is judged.
    package static let nominalRestart = Duration.seconds(1)

    /// How long a reset counts as acting: time for clients to connect again. The phase that is judged.
    package static let nominalReset = Duration.seconds(1)

    /// When each occurrence starts, since time zero.
    package var starts: [Duration] {
        (0..<max(1, times)).map { at + (every ?? .zero) * $0 }
    }

    /// How long one occurrence acts; nil: a kill without a restart, until the run's end.
    package var length: Duration? {
        switch kind {
        case .kill(_, let kill): kill.restartAfter
        case .restart: lasting ?? Self.nominalRestart
        case .reset: lasting ?? Self.nominalReset
        default: lasting
        }
    }

    /// The length of a restart or a reset is nominal and may be cut by the run's end.
    var mustEndInside: Bool {
        switch kind {
        case .restart, .reset: false
        default: true
        }
    }

    /// When each occurrence acts, in a run of this duration: from its start until before its end.
    package func spans(duration: Duration) -> [Range<Duration>] {
        starts.map { $0..<max($0, min(duration, length.map { [start = $0] in start + $0 } ?? duration)) }
    }
}
