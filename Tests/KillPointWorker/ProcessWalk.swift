import Faults
import LinuxSystem
import Measures
import Processes
import Stress
import TestSupport

extension WorkerScene {
    func walkProcesses() throws {
        switch path {
        case .kill, .killServer: try walkKill(signal: "KILL")
        case .killSlowly: try walkKill(signal: "TERM")
        case .pause: try walkPause(.service("service"))
        case .pauseProcess: try walkPause(.process(.commandLine("sleep 300")))
        case .restart, .restartServer:
            let fault = RestartFault(id: id, target: .service("service"))
            try strike(try fault.prepare(processes.resolver, store))
            try fault.heal(processes.resolver, store)
        case .freeze:
            try carryThrough { window in
                try processes.freeze(
                    id: id,
                    .service("service"),
                    window: window,
                    leaseUntil: window.end
                )
            }
        case .limit:
            try carryThrough { window in
                var settings = LimitSettings()
                settings.milliprocessors = 500
                settings.memory = 256 << 20
                return try processes.limit(
                    id: id,
                    settings,
                    on: .service("service"),
                    window: window,
                    leaseUntil: window.end
                )
            }
        case .stress:
            try walkStress([
                .cpu(workers: 1, load: Share("20%") ?? .one),
                .memory(bytes: 4 << 20, isKeptHot: false, beyondMargin: false),
                .io(workers: 1, folder: "\(folder)/disk", bytes: 65_536),
            ])
        default:
            try walkStress([.disk(folder: "\(folder)/disk", leaving: .bytes(0), counting: .root)])
        }
    }

    private func walkKill(signal: String) throws {
        guard
            let fault = KillFault(
                id: id,
                target: .service("service"),
                signal: signal,
                restarts: true
            )
        else { throw FaultError("worker.signal", signal) }
        try strike(try fault.prepare(processes.resolver, store))
        try fault.heal(processes.resolver, store)
    }

    private func walkPause(_ target: ProcessTarget) throws {
        let fault = PauseFault(id: id, target: target)
        try strike(try fault.prepare(processes.resolver, store))
        _ = try fault.heal(processes.resolver, store)
    }

    private func strike(_ armed: ArmedSignal) throws {
        armed.announce()
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2_000_000)
        _ = try armed.strike()
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + Self.step)
    }

    private func walkStress(_ tasks: [StressTask]) throws {
        try carryThrough { window in
            try processes.stress(id: id, tasks, window: window, leaseUntil: window.end)
        }
    }
}
