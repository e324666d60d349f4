import Measures
package import Processes
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Stops every process of a service (SIGSTOP) until healed (SIGCONT).
package struct PauseFault: Sendable {
    package let id: String
    package let service: String

    package init(id: String, service: String) {
        self.id = id
        self.service = service
    }

    package func prepare(_ services: Services, _ keeper: any UndoKeeper) throws -> ArmedSignal {
        let target = try services.named(service)
        try keeper.keep(.continueProcesses([target.identity]), id: id, fault: id)
        return try ArmedSignal(target, signal: SIGSTOP)
    }

    package func inject(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        try prepare(services, keeper).strike()
    }

    package func heal(_ services: Services, _ keeper: any UndoKeeper) throws -> SignalSweep {
        let sweep = try services.named(service).resume()
        guard sweep.isComplete else {
            let left = sweep.unaffected.map { String($0.pid) }.joined(separator: ", ")
            throw FaultError(
                "fault.not-resumed",
                "\(service) is still stopped (pid \(left))",
                exitCode: .notHealed
            )
        }
        try keeper.release(id: id)
        return sweep
    }
}
