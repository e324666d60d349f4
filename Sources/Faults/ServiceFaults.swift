package import Processes

/// Process faults on a service by its name alone.
extension KillFault {
    package init?(id: String, service: String, signal: String, restarts: Bool) {
        self.init(id: id, target: .service(service), signal: signal, restarts: restarts)
    }

    package var service: String { target.text }

    package func prepare(_ services: Services, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        try prepare(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try inject(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }

    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws {
        try heal(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }
}

extension PauseFault {
    package init(id: String, service: String) {
        self.init(id: id, target: .service(service))
    }

    package var service: String { target.text }

    package func prepare(_ services: Services, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        try prepare(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try inject(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }

    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try heal(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }
}

extension RestartFault {
    package init(id: String, service: String) {
        self.init(id: id, target: .service(service))
    }

    package var service: String { target.text }

    package func prepare(_ services: Services, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        try prepare(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try inject(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }

    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws {
        try heal(TargetResolver(services: services, scope: .ownNetwork()), keeper)
    }
}
