import Containers
package import Engines
import Plan
package import Policy

#if canImport(Glibc)
import Glibc
#endif

extension Policy {
    /// Nobody is asked where no rule names a container.
    var containerNames: ContainerNames { ContainerNames(namesContainers ? allowedEngines : .none) }

    /// The engines that it lets an agent ask.
    package var allowedEngines: Engines {
        let environment = { (name: String) in getenv(name).map { String(cString: $0) } }
        guard let engines else { return .usual(environment: environment) }
        let restriction = "rule engines, \(fileName ?? "the policy"):\(engines.place.line)"
        let usual = Engines.usual(environment: environment).engines
        let allowed = engines.value.compactMap { rule -> Engine? in
            guard let kind = EngineKind(rawValue: rule.name) else { return nil }
            return rule.socket.map { Engine(kind, socket: $0) } ?? usual.first { $0.kind == kind }
        }
        return Engines(allowed, restriction: restriction)
    }
}
