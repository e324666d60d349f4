import AgentProtocol
import Faults
import Impairments
import LinuxSystem
import Measures
import Plan
import Processes
import Recording
import ReferenceTime
import SwiftProtobuf
import Telemetry

/// How a session arms, watches and heals its faults.
extension RunSession {
    /// `refusesBeyond`: with a start that is known less well, nanoseconds, or that has passed, nothing is armed; nil: all is.
    func arm(_ fault: Faultline_Agent_V1_Fault, _ model: ClockModel, refusesBeyond: Int64?) throws
        -> Faultline_Agent_V1_Armed
    {
        guard fault.endNs >= fault.startNs else { throw WireError("\(fault.id) ends before it starts") }
        let (startEdge, endEdge) = edges(of: fault)
        let start = startEdge.armed(by: model)
        let window = ActingWindow(
            start: start.local,
            end: max(start.local, endEdge.armed(by: model).local)
        )
        let isLate = Clocks.monotonic() >= window.start
        meter?.tell { $0.name(fault.kindName, of: fault.id) }
        let interval = axis.bounded(start.interval)
        var armed = Faultline_Agent_V1_Armed()
        armed.fault = fault.id
        armed.boundNs = clock.reading().bound
        armed.late = isLate
        if let refusesBeyond, isLate || armed.boundNs > refusesBeyond {
            emit(
                .arming(Arming(fault: fault.id, edge: .start, interval: interval, state: .refused)),
                at: Clocks.monotonic()
            )
            return armed
        }
        let operation: Operation =
            switch fault.action {
            case .impair(let impair): try arm(impair, fault, window)
            case .drop(let drop): try arm(drop, fault, window)
            case .reset(let reset): try arm(reset, fault, window)
            case .kill(let kill): try arm(kill, fault, window)
            case .pause(let pause): try arm(pause, fault, window)
            case .restart(let restart): try arm(restart, fault, window)
            case .stress(let stress): try arm(stress, fault, window)
            case .limit(let limit): try arm(limit, fault, window)
            case .inside(let inside): try arm(inside, fault, window)
            case nil: throw WireError("\(fault.id) has no action")
            }
        armed.operation = operation.text
        operations[fault.id] = armed.operation
        emit(
            .injection(InjectionEvent(fault: fault.id, step: .armed, detail: armed.operation)),
            at: Clocks.monotonic()
        )
        let state: Arming.State = isLate ? .late : .armed
        emit(
            .arming(Arming(fault: fault.id, edge: .start, interval: interval, state: state)),
            at: Clocks.monotonic()
        )
        return armed
    }

    func edges(of fault: Faultline_Agent_V1_Fault) -> (start: Edge, end: Edge) {
        (
            axis.edge(Instant(nanoseconds: fault.startNs), fault.notBefore ? .notBefore : .nearest),
            axis.edge(Instant(nanoseconds: fault.endNs))
        )
    }

    func edgeKeeper(_ request: Faultline_Agent_V1_BeginRequest) throws -> EdgeKeeper {
        let axis = axis
        let refusesBeyond = request.refusesBeyond ? request.clockBoundNs : nil
        let record: @Sendable (ClockReading, Int64) -> Void = { reading, local in
            Task { await self.emit(.clock(reading), at: local) }
        }
        let stepped: @Sendable () -> Void = { Task { await self.rewriteWindows() } }
        return try EdgeKeeper(
            clock: clock,
            refusesBeyond: refusesBeyond,
            stepped: stepped,
            record: record
        ) { (fault, edge, interval, state) in
            let arming = Arming(fault: fault, edge: edge, interval: axis.bounded(interval), state: state)
            Task { await self.tell(arming) }
        }
    }

    /// The kernel's windows follow CLOCK_REALTIME: after a step they are written anew.
    private func rewriteWindows() {
        guard !isClosed else { return }
        for injection in injections.values { try? injection.extend(leaseUntil: lease.until) }
    }

    private func tell(_ arming: Arming) {
        if arming.state == .refused { forget(arming.fault) }
        emit(.arming(arming), at: Clocks.monotonic())
    }

    /// A fault that was disarmed: what was prepared for it is undone, and nothing is told of it that did not happen.
    private func forget(_ id: String) {
        strikes[id]?.cancel()
        do {
            if let healer = healers.removeValue(forKey: id) { _ = try healer.heal() }
            if let injection = injections[id] { try injection.heal() }
            injections[id] = nil
        } catch {
            report(id, .failed, "heal: \(error)", at: Clocks.monotonic())
        }
    }

    func keepEdges(
        of fault: Faultline_Agent_V1_Fault,
        _ window: ActingWindow,
        move: @escaping @Sendable (ActingWindow) throws -> Void,
        disarm: @escaping @Sendable () throws -> Void
    ) {
        let (start, end) = edges(of: fault)
        edges?.keep(
            EdgeKeeper.Fault(id: fault.id, start: start, end: end, move: move, disarm: disarm),
            window: window
        )
    }

    /// Keeps the edges of what the kernel, or a thread of its own, begins and ends.
    func keepEdges(of fault: Faultline_Agent_V1_Fault, _ window: ActingWindow, _ injection: any Injection) {
        keepEdges(of: fault, window, move: { try injection.move(to: $0) }, disarm: { try injection.disarm() })
    }

    /// A timer at the very edge would hold its first packets up by the microseconds that its interrupt takes, on all hosts of
    /// a lab at once. Nanoseconds.
    private static let edgeRest: Int64 = 1_000_000

    /// Waits until an edge has just passed, wherever it is moved meanwhile; where it was at last.
    func awaitEdge(_ id: String, _ edge: any KeyPath<ActingWindow, Int64> & Sendable, of window: ActingWindow)
        async -> Int64
    {
        var instant = (edges?.window(of: id) ?? window)[keyPath: edge]
        while !Task.isCancelled, Clocks.monotonic() < instant {
            await sleep(until: instant + Self.edgeRest)
            instant = (edges?.window(of: id) ?? window)[keyPath: edge]
        }
        return instant
    }

    func healAll() -> [String] {
        var failed: [String] = []
        for id in healers.keys.sorted() { healService(id) }
        for injection in injections.values.sorted(by: { $0.id < $1.id }) {
            heal(injection)
            if injections[injection.id] != nil {
                failed.append("\(injection.id) could not be healed on \(host)")
            }
        }
        return failed
    }
}

extension Faultline_Agent_V1_Fault {
    /// In a word of the experiment file; a coordinator's own word for the same fault is the same.
    fileprivate var kindName: String {
        switch action {
        case .impair(let impair): impair.kindName
        case .drop: "partition"
        case .reset: "reset"
        case .inside(let inside):
            if case .impair(let impair) = inside.action { impair.kindName } else { "reset" }
        case .kill: "kill"
        case .pause: "pause"
        case .restart: "restart"
        case .stress: "stress"
        case .limit: "limit"
        case nil: "other"
        }
    }
}

extension Faultline_Agent_V1_Impair {
    fileprivate var kindName: String { (try? Impairment(self))?.kindName ?? "other" }
}
