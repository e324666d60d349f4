/// Which processes a line of the policy means, by one of the keys that name targets in experiments.
package enum ProcessRule: Sendable, Hashable {
    /// A service that the coordinator started, by its name.
    case service(Wildcard)
    /// A program's name, or its file: "sshd", "/usr/sbin/sshd".
    case process(Wildcard)
    /// A systemd unit and everything in it: "ssh.service", "app.slice".
    case unit(Wildcard)
    /// A control group and those below it, by its path.
    case cgroup(String)
    /// A container of an engine, by its name.
    case container(Wildcard)

    package var text: String {
        switch self {
        case .service(let name): "service \(name.text)"
        case .process(let name): "process \(name.text)"
        case .unit(let name): "unit \(name.text)"
        case .cgroup(let path): "cgroup \(path)"
        case .container(let name): "container \(name.text)"
        }
    }

    /// By which key of a request it can be told before anybody is there.
    var key: FaultRequest.Target.Key {
        switch self {
        case .service: .service
        case .process: .process
        case .unit: .unit
        case .cgroup: .cgroup
        case .container: .container
        }
    }

    package func matches(_ process: FaultRequest.ProcessFacts) -> Bool {
        switch self {
        case .service(let name): process.services.contains(where: name.matches)
        case .process(let name):
            name.text.contains("/")
                ? process.executable.map(name.matches) ?? false
                : process.names.contains(where: name.matches) || isCutOff(process.names, name.text)
        case .unit(let name):
            process.cgroups.contains { path in
                path.split(separator: "/").contains { name.matches(String($0)) }
            }
        case .cgroup(let path): process.cgroups.contains { Self.lies($0, in: path) }
        case .container(let name): process.container.map(name.matches) ?? false
        }
    }

    /// Whether it cannot be ruled out: what nobody can tell from a protected one is protected too.
    func mayMatch(_ process: FaultRequest.ProcessFacts) -> Bool {
        if case .container = self, process.isInUnknownContainer { return true }
        return matches(process)
    }

    /// What the request itself says: known even when no such process lives yet.
    func matches(_ target: FaultRequest.Target) -> Bool {
        switch (self, target.key) {
        case (.service(let name), .service), (.unit(let name), .unit), (.container(let name), .container):
            name.matches(target.name)
        case (.process(let name), .process):
            name.matches(target.name)
                || !name.text.contains("/")
                    && target.name.split(separator: "/").last.map { name.matches(String($0)) } ?? false
        case (.cgroup(let path), .cgroup): Self.lies(target.name, in: path)
        case (.unit(let name), .cgroup):
            target.name.split(separator: "/").contains { name.matches(String($0)) }
        default: false
        }
    }

    /// The kernel keeps 15 bytes of a program's name.
    private func isCutOff(_ names: [String], _ wanted: String) -> Bool {
        names.contains { $0.utf8.count == 15 && wanted.utf8.starts(with: $0.utf8) }
    }

    /// Whether a path is the folder or below it.
    static func lies(_ path: String, in folder: String) -> Bool {
        path.split(separator: "/").starts(with: folder.split(separator: "/"))
    }
}
