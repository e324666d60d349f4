import LinuxSystem

/// Which of the machine's processes may be hit at all.
package struct ProcessScope: Sendable {
    package enum Reach: Hashable, Sendable {
        /// Those in this network namespace, by the inode number: a lab's host, and none of the machine's.
        case networkNamespace(UInt64)
        case host
    }

    package private(set) var reach: Reach
    /// Never hit, besides this process, its ancestors, and whoever runs this process's program (its guardian, other agents,
    /// the coordinator).
    package let protected: Set<ProcessIdentity>
    private let ownProgram: String?
    /// Why a process must not be hit besides, for a person: the agent's policy. nil: it may be.
    private let protection: @Sendable (ProcessStatus) -> String?

    package init(
        _ reach: Reach,
        protected: Set<ProcessIdentity> = [],
        protection: @escaping @Sendable (ProcessStatus) -> String? = { _ in nil }
    ) {
        self.reach = reach
        self.protection = protection
        var all = protected
        var next = Int32(ProcessSelf.pid)
        // No ancestry is that long; pid 1 has parent 0.
        for _ in 0..<1000 {
            guard let status = ProcessTable.status(of: next) else { break }
            all.insert(status.identity)
            if next == 1 || status.parent == 0 { break }
            next = status.parent
        }
        if let first = ProcessTable.status(of: 1) { all.insert(first.identity) }
        self.protected = all
        ownProgram = ProcessTable.status(of: ProcessSelf.pid).flatMap {
            ProcessPattern.Facts(of: $0).executable
        }
    }

    /// The calling thread's network namespace.
    package static func ownNetwork(
        protected: Set<ProcessIdentity> = [],
        protection: @escaping @Sendable (ProcessStatus) -> String? = { _ in nil }
    ) throws -> ProcessScope {
        ProcessScope(
            .networkNamespace(try NetworkNamespace.current.inode()),
            protected: protected,
            protection: protection
        )
    }

    package static func host(protected: Set<ProcessIdentity> = []) -> ProcessScope {
        ProcessScope(.host, protected: protected)
    }

    /// The same protection, without regard to namespaces.
    package var anywhere: ProcessScope {
        var scope = self
        scope.reach = .host
        return scope
    }

    package enum Answer: Hashable, Sendable {
        case yes
        /// Why not, for a person.
        case no(String)
        /// It is another host's: of the same name, it says nothing about this host's. In words for a person.
        case elsewhere(String)
    }

    package func answer(for status: ProcessStatus) -> Answer {
        let pid = status.identity.pid
        guard status.isAlive else { return .no("process \(pid) has ended") }
        if protected.contains(status.identity) {
            return .no("process \(pid) (\(status.name)) is protected: Faultline itself depends on it")
        }
        // A thread of the kernel: a signal does nothing to it.
        if pid == 2 || status.parent == 2 { return .no("\(pid) (\(status.name)) is a thread of the kernel") }
        if case .networkNamespace(let inode) = reach, ProcessTable.networkNamespace(of: pid) != inode {
            return .elsewhere("process \(pid) (\(status.name)) is not in this host's network namespace")
        }
        if let ownProgram, ProcessPattern.Facts(of: status).executable == ownProgram {
            return .no("process \(pid) (\(status.name)) runs Faultline's own program")
        }
        if let reason = protection(status) { return .no("process \(pid) (\(status.name)): \(reason)") }
        return .yes
    }

    package func allows(_ status: ProcessStatus) -> Bool { answer(for: status) == .yes }
}
