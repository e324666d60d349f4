import Containers
import Engines
import LinuxSystem
import Synchronization

/// By which names engines know the containers that processes run in, told by the ids in their control groups' paths. Asks
/// only about ids that it has not seen.
final class ContainerNames: Sendable {
    enum Name: Sendable {
        /// In none, or in one of somebody who is no engine that may be asked.
        case none
        case named(String)
        /// An engine is there that does not answer: it may be one of its own.
        case unknown
    }

    private let engines: Engines
    private let names = Mutex<[String: Name]>([:])

    init(_ engines: Engines) {
        self.engines = engines
    }

    func name(ofOneIn cgroups: [String]) -> Name {
        guard let id = cgroups.lazy.compactMap(Self.identifier).first else { return .none }
        if let known = names.withLock({ $0[id] }) { return known }
        var all: [Container] = []
        var isSilent = false
        for engine in engines.engines where Directory.resolved(engine.socket) != nil {
            do {
                all += try engine.containers()
            } catch {
                isSilent = true
            }
        }
        names.withLock { names in
            for container in all { names[container.id] = .named(container.name) }
        }
        if let found = all.first(where: { $0.id == id }) { return .named(found.name) }
        // Asked again next time: the engine may be back by then.
        guard !isSilent else { return .unknown }
        names.withLock { $0[id] = Name.none }
        return .none
    }

    /// "/docker/0123…", "/machine.slice/libpod-0123….scope": 64 hexadecimal digits; "/lxc.payload.web1": what follows.
    static func identifier(in path: String) -> String? {
        let payload = path.split(separator: "/").first { $0.hasPrefix(Container.lxcGroup) }
        if let payload { return String(payload.dropFirst(Container.lxcGroup.utf8.count)) }
        return path.utf8.split { !(48...57).contains($0) && !(97...102).contains($0) }
            .first { $0.count == 64 }.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension ContainerNames.Name {
    var text: String? {
        if case .named(let name) = self { name } else { nil }
    }

    var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }
}
