import Cgroups
package import Engines
import Measures
package import Processes

/// Finds the processes that a target means on this host, and only those that may be hit.
package struct TargetResolver: Sendable {
    package let services: Services
    package let scope: ProcessScope
    package let engines: Engines

    package init(services: Services, scope: ProcessScope, engines: Engines = .none) {
        self.services = services
        self.scope = scope
        self.engines = engines
    }

    /// Errors: nothing is there that could be hit, with what was looked for and what is near it.
    package func resolve(_ target: ProcessTarget) throws -> ResolvedTarget {
        switch target {
        case .service(let name):
            let service = try services.named(name)
            // It is restarted under another leader: asked for anew each time.
            return ResolvedTarget(target, service: service) { service.members.current() }
        case .process(let pattern): return try found(target) { Self.matching(pattern, scope) }
        case .pid(let pid):
            guard let identity = ProcessTable.status(of: pid)?.identity else {
                throw Self.none("no process \(pid)")
            }
            return try found(target) {
                guard let status = ProcessTable.status(of: pid), status.identity == identity,
                    scope.allows(status)
                else { return [] }
                return [status]
            }
        case .unit(let name): return try found(target, in: CgroupMounts.current().unit(name))
        case .cgroup(let path): return try found(target, in: CgroupMounts.current().group(path))
        case .container(let selector): return try found(target, containers(selector))
        }
    }

    private func found(_ target: ProcessTarget, in group: Cgroup) throws -> ResolvedTarget {
        try check(group, of: target.text, scope)
        return try found(target) { Self.members(of: [group], scope) }
    }

    /// In part is not enough: whoever is limited or killed by its group would hit them too.
    func check(_ group: Cgroup, of text: String, _ scope: ProcessScope) throws {
        let members = try group.allProcesses().compactMap { ProcessTable.status(of: $0) }
        for status in members where status.isAlive {
            switch scope.answer(for: status) {
            case .yes: break
            case .no(let reason):
                throw FaultError("fault.protected", "\(text) is not hit: \(reason)")
            case .elsewhere(let reason):
                throw FaultError("fault.elsewhere", "\(text) is not hit: \(reason)")
            }
        }
    }

    static func members(of groups: [Cgroup], _ scope: ProcessScope) -> [ProcessStatus] {
        groups.flatMap { (try? $0.allProcesses()) ?? [] }.compactMap { ProcessTable.status(of: $0) }.filter(
            scope.allows
        )
    }

    func found(
        _ target: ProcessTarget,
        containers: [FoundContainer] = [],
        _ list: @escaping @Sendable () -> [ProcessStatus]
    ) throws -> ResolvedTarget {
        let resolved = ResolvedTarget(target, containers: containers, list: list)
        if resolved.current().isEmpty { throw refusal(target) }
        return resolved
    }

    private static func matching(_ pattern: ProcessPattern, _ scope: ProcessScope) -> [ProcessStatus] {
        ProcessTable.current().statuses.filter {
            $0.isAlive && pattern.matches(ProcessPattern.Facts(of: $0)) && scope.allows($0)
        }
    }

    /// Why nothing was found: it is there and must not be hit, or it is not there, and what is.
    private func refusal(_ target: ProcessTarget) -> FaultError {
        var statuses = ProcessTable.current().statuses.filter(\.isAlive)
        var wanted = ""
        switch target {
        case .process(let pattern):
            wanted = pattern.word
            let all = statuses
            statuses = statuses.filter { pattern.matches(ProcessPattern.Facts(of: $0)) }
            if let refusal = Self.firstRefusal(statuses, scope) { return refusal }
            statuses = all
        case .pid(let pid):
            let meant = statuses.filter { $0.identity.pid == pid }
            if let refusal = Self.firstRefusal(meant, scope) { return refusal }
        default: return Self.none("no process in \(target.text)")
        }
        let near = Set(statuses.filter { scope.allows($0) }.map(\.name)).filter {
            NearName.isNear($0, wanted)
        }.sorted()
        let words = near.isEmpty ? "" : "; there is: \(near.prefix(5).joined(separator: ", "))"
        return Self.none("no such process: looked for \(target.text)\(words)")
    }

    /// That one of this host must not be hit says more than that another host has one.
    private static func firstRefusal(_ statuses: [ProcessStatus], _ scope: ProcessScope) -> FaultError? {
        var elsewhere: FaultError?
        for status in statuses {
            switch scope.answer(for: status) {
            case .yes: break
            case .no(let reason): return FaultError("fault.protected", reason)
            case .elsewhere(let reason): elsewhere = elsewhere ?? FaultError("fault.elsewhere", reason)
            }
        }
        return elsewhere
    }

    private static func none(_ message: String) -> FaultError { FaultError("fault.no-process", message) }
}

extension ProcessPattern {
    /// What is compared with the names of processes.
    fileprivate var word: String {
        switch self {
        case .name(let name): name
        case .executable(let path): path.split(separator: "/").last.map(String.init) ?? path
        case .commandLine(let pattern): pattern.split { $0 == "*" || $0 == " " }.first.map(String.init) ?? ""
        }
    }
}
