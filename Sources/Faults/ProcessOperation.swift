package import Cgroups
import Measures
import Packetfilter

// What process faults do, in the words of the interfaces that they use.

extension KillFault {
    package var operation: Operation {
        let name = Self.signals.first { $0.value == signal }?.key ?? "\(signal)"
        let after = restarts ? "; at the end it is started, if it does not run" : ""
        return Operation("pidfd_send_signal(SIG\(name)) to all processes of \(target.text)\(after)")
    }
}

extension PauseFault {
    package var operation: Operation {
        Operation("pidfd_send_signal(SIGSTOP) to all processes of \(target.text), SIGCONT at the end")
    }
}

extension RestartFault {
    package var operation: Operation {
        Operation("pidfd_send_signal(SIGKILL) to all processes of \(target.text), then it is started")
    }
}

extension ResetFault {
    package var operation: Operation {
        let ports = filter.ports.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        var words = "SOCK_DESTROY of established TCP connections with \(filter.peersText)"
        if !ports.isEmpty { words += ", port \(ports.joined(separator: ", ")) at either end" }
        if let user = filter.user { words += ", of user \(user)" }
        if let cgroup = filter.cgroup { words += ", of cgroup \(cgroup)" }
        if filter.flows != .one { words += ", \(filter.flows.percentText) of them" }
        return Operation(words)
    }
}

extension Operation {
    /// `words`: of the workers.
    package static func stress(_ words: [String]) -> Operation {
        Operation("workers: " + words.joined(separator: ", "))
    }

    /// `mounts`: of the host. Errors: it lacks a controller, with the remedy.
    package static func limit(_ settings: LimitSettings, on target: ProcessTarget, _ mounts: CgroupMounts)
        throws -> Operation
    {
        let written = try settings.parts.flatMap { $0.settings(try mounts.holding($0.controller).version) }
        return cgroup(of: target, written)
    }

    package static func freeze(_ target: ProcessTarget, _ mounts: CgroupMounts) throws -> Operation {
        cgroup(of: target, [FreezeInjection.setting(try mounts.holding(.freezer).version)])
    }

    private static func cgroup(of target: ProcessTarget, _ written: [LimitSettings.Setting]) -> Operation {
        Operation(
            "cgroup of \(target.text): "
                + written.map { "\($0.file) \"\($0.value)\"" }.joined(separator: ", ")
        )
    }
}

extension CgroupMounts {
    /// The hierarchy that has the controller. Errors: none has, with the remedy.
    func holding(_ controller: CgroupController) throws -> CgroupMount {
        guard let mount = candidates(for: controller).first else {
            throw FaultError(
                "fault.no-controller",
                "this host has no \(controller.rawValue) controller for control groups; needed: \(controller.remedy)"
            )
        }
        return mount
    }
}
