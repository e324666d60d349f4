import Containers
package import Engines
package import Processes

/// How one thing that a fault changed is put back, as a pure value: written down before the change is made, carried out
/// by the agent, by its guardian, or by `faultline recover` after both have died. Each of them may be carried out twice,
/// and when there is nothing left to undo.
package enum Undo: Hashable, Sendable, Codable {
    /// SIGCONT to the service that this process leads, and to these processes. C: `pidfd_send_signal`.
    case continueProcesses([ProcessIdentity])
    /// SIGKILL to processes that the fault itself started (stress workers) and to their sessions.
    case endProcesses([ProcessIdentity])
    /// Start a service that a fault ended, unless it runs again already.
    case startService(ServiceCommand)
    /// Like `tc qdisc del dev INTERFACE root`, when the root qdisc has this handle (major:0), and not otherwise.
    /// Nil: the network namespace of whoever carries it out. "net:[4026531840]": the one that the kernel gave this number.
    case deleteRootQdisc(namespacePath: String?, interface: String, handle: UInt32)
    /// Like `tc qdisc del dev INTERFACE parent PARENT`, when the qdisc there has this handle.
    case deleteQdisc(namespacePath: String?, interface: String, parent: UInt32, handle: UInt32)
    /// Like `ip link del`, for an interface that the fault made (an ifb).
    case deleteLink(namespacePath: String?, interface: String)
    /// Like `nft delete table FAMILY NAME`.
    case deletePacketTable(namespacePath: String?, family: String, name: String)
    /// A file that the fault made (one that fills a disk).
    case deleteFile(path: String)
    /// A folder that the fault made, when it is empty: a cgroup.
    case deleteFolder(path: String)
    /// A file's earlier contents: a cgroup limit, a sysctl.
    case writeFile(path: String, contents: String)
    /// SIGCONT to these processes and to no others. C: `pidfd_send_signal`.
    case resumeProcesses([ProcessIdentity])
    /// Like `systemctl start UNIT`: a unit that a fault ended.
    case startUnit(String)
    /// Have a service run again that a fault was to end.
    case restoreService(ServiceUndo)
    /// Groups made, limits set and processes moved by a fault.
    case restoreCgroups(CgroupUndo)
    /// Like `docker start`: containers that a fault ended, unless they run.
    case startContainers([ContainerReference])

    /// One line for a person: "delete the root qdisc fa17: of eth0".
    package var text: String {
        switch self {
        case .continueProcesses(let processes): "continue \(Self.list(processes))"
        case .endProcesses(let processes): "end \(Self.list(processes))"
        case .startService(let service): "start the service \(service.name): \(service.command.text)"
        case .deleteRootQdisc(let namespace, let interface, let handle):
            "delete the root qdisc \(Self.handle(handle)) of \(interface)\(Self.place(namespace))"
        case .deleteQdisc(let namespace, let interface, let parent, let handle):
            "delete the qdisc \(Self.handle(handle)) below \(Self.handle(parent)) of "
                + "\(interface)\(Self.place(namespace))"
        case .deleteLink(let namespace, let interface):
            "delete the interface \(interface)\(Self.place(namespace))"
        case .deletePacketTable(let namespace, let family, let name):
            "delete the packet table \(family) \(name)\(Self.place(namespace))"
        case .deleteFile(let path): "delete the file \(path)"
        case .deleteFolder(let path): "remove the folder \(path)"
        case .writeFile(let path, let contents): "write \"\(contents)\" to \(path)"
        case .resumeProcesses(let processes): "resume \(Self.list(processes))"
        case .startUnit(let unit): "start the unit \(unit)"
        case .restoreService(let undo): undo.text
        case .restoreCgroups(let undo): undo.text
        case .startContainers(let containers):
            "start the container "
                + containers.map { "\($0.name) (\($0.engine.kind.rawValue))" }.joined(separator: ", ")
        }
    }

    /// What it undoes is held by running processes and the kernel's memory alone, so that a reboot has undone it.
    package var endsWithBoot: Bool {
        switch self {
        case .continueProcesses, .endProcesses, .deleteRootQdisc, .deleteQdisc, .deleteLink,
            .deletePacketTable, .resumeProcesses, .restoreCgroups:
            true
        // What is written here lies in cgroup, proc or sys as a rule, but nothing ensures it.
        case .startService, .startUnit, .startContainers, .restoreService, .deleteFile, .deleteFolder,
            .writeFile:
            false
        }
    }

    private static func list(_ processes: [ProcessIdentity]) -> String {
        let pids = processes.map { String($0.pid) }.joined(separator: ", ")
        return processes.count == 1 ? "process \(pids)" : "processes \(pids)"
    }

    /// As tc writes it: "1:", "1:4", in hexadecimal.
    private static func handle(_ handle: UInt32) -> String {
        let minor = handle & 0xffff
        return String(handle >> 16, radix: 16) + ":" + (minor == 0 ? "" : String(minor, radix: 16))
    }

    private static func place(_ namespace: String?) -> String { namespace.map { " in \($0)" } ?? "" }
}
