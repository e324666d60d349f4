package import Measures

/// Why a unit was not started or restarted, or systemd not asked.
package struct SystemdError: ReadableError, Equatable {
    /// "systemd.no-library", ".no-bus"; ".no-unit", ".denied", ".refused": systemd answered by an error; ".job": it tried, and
    /// the unit does not run; ".late", ".lost": it is not known.
    package let code: String
    /// The remedy included.
    package let message: String
    /// What the library, the bus or systemd said: a D-Bus error's name, a job's result, the kernel's words.
    package let cause: String
    package var exitCode: ExitCode { .agentFailed }

    init(_ code: String, _ message: String, cause: String) {
        self.code = "systemd.\(code)"
        self.message = message
        self.cause = cause
    }
}

extension SystemdError {
    /// Which words of systemd's own tool tell more.
    private static func see(_ unit: String) -> String { "see: systemctl status \(unit)" }

    static func job(_ result: String, _ verb: String, _ unit: String) -> SystemdError {
        SystemdError(
            "job",
            "systemd could not \(verb) \(unit): the job's result is \"\(result)\"; \(see(unit)) and journalctl -u \(unit)",
            cause: result
        )
    }

    static func late(_ verb: String, _ unit: String, _ patience: Duration) -> SystemdError {
        SystemdError(
            "late",
            "systemd was to \(verb) \(unit) and was not done after \(patience.text); \(see(unit)) and systemctl list-jobs",
            cause: "not done after \(patience.text)"
        )
    }

    init(_ refusal: BusRefusal, _ verb: String, _ unit: String, _ patience: Duration) {
        let cause = (refusal.name.map { "\($0): " } ?? "") + refusal.text
        switch refusal {
        case _ where refusal.isUnitUnknown:
            self.init(
                "no-unit",
                "systemd has no unit \(unit) to \(verb) (\(cause)); see: systemctl list-unit-files",
                cause: cause
            )
        case _ where refusal.isDenied:
            self.init(
                "denied",
                "systemd does not let this process \(verb) \(unit) (\(cause)). It obeys root; whoever else the agent "
                    + "runs as needs a rule of polkit for org.freedesktop.systemd1.manage-units",
                cause: cause
            )
        case _ where refusal.isLost:
            self.init(
                "lost",
                "the message bus was lost while systemd was to \(verb) \(unit) (\(cause)): whether it runs is not known; "
                    + Self.see(unit),
                cause: cause
            )
        case _ where refusal.isLate: self = .late(verb, unit, patience)
        default:
            self.init(
                "refused",
                "systemd refused to \(verb) \(unit) (\(cause)); \(Self.see(unit))",
                cause: cause
            )
        }
    }
}
