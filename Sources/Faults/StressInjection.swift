import LinuxSystem
import Measures
import Processes
import Recording
import Stress
import Synchronization
import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Workers that use up what a host has: child processes that are parked until the window's start, end by their own timers,
/// and die with this process.
final class StressInjection: Injection, Observable {
    let id: String
    let operation: Operation
    private let keeper: any UndoKeeper
    private let window: ActingWindow
    private let workers: [StressChild]
    private let parent: StressParent
    private let last = Mutex<[StressReport?]>([])

    /// The workers are there, and ready, when it returns. Errors: one of them refuses, with its reason.
    init(
        id: String,
        _ tasks: [StressTask],
        operation: Operation,
        executable: String,
        keeper: any UndoKeeper,
        window: ActingWindow,
        leaseUntil: Int64
    ) throws {
        self.id = id
        self.keeper = keeper
        self.window = window
        parent = try StressParent()
        workers = try parent.start(tasks, executable: executable)
        self.operation = operation
        do {
            // Parked, they do nothing yet; they end with us, and a guardian makes sure.
            try keeper.keep(.endProcesses(workers.map(\.process.identity)), id: id, fault: id)
            for worker in workers {
                try worker.say(.go(start: window.start, end: window.end, leaseUntil: leaseUntil))
            }
        } catch {
            parent.end()
            throw error
        }
    }

    /// The workers keep their instants themselves, and were told them: nothing is stamped here, and nothing moved. Stress
    /// takes longer to build up than a clock could improve on.
    var began: LocalSpan? { nil }
    var ended: LocalSpan? { nil }
    func move(to window: ActingWindow) {}
    /// A lease that is over: they end before they begin.
    func disarm() throws { try extend(leaseUntil: 1) }

    func extend(leaseUntil: Int64) throws {
        for worker in workers where worker.process.isAlive {
            do { try worker.say(.lease(until: leaseUntil)) } catch {
                // Its window has ended in between, and it with that: nothing to renew.
                guard worker.process.wait(for: .seconds(1)) != nil else { throw error }
            }
        }
    }

    func readBack() throws -> ReadBack {
        let alive = workers.count { $0.process.isAlive }
        return ReadBack(
            isInstalled: alive == workers.count || Clocks.monotonic() >= window.end,
            packets: 0,
            detail:
                "\(alive) of \(workers.count) workers, pid \(workers.map { "\($0.process.pid)" }.joined(separator: ", "))"
        )
    }

    func observations() -> [Observation] {
        workers.map { worker in
            StressEffect.judge(worker.task, worker.report(), fault: id)
        }
    }

    func heal() throws {
        parent.end()
        for worker in workers {
            if worker.process.isAlive { try worker.process.signal(SIGKILL) }
            guard worker.process.wait(for: .seconds(5)) != nil else {
                throw FaultError(
                    "fault.not-healed",
                    "the stress worker \(worker.process.pid) does not end",
                    exitCode: .notHealed
                )
            }
        }
        try keeper.release(id: id)
    }
}

/// The thread that starts workers and waits until they may end: the kernel kills a worker when this very thread ends.
final class StressParent: Sendable {
    private let wakeup: Wakeup
    private let thread = Mutex<PinnedThread?>(nil)
    private let started = Mutex<Result<[StressChild], any Error>?>(nil)

    init() throws {
        wakeup = try Wakeup()
    }

    /// Blocks until all are ready, at most ten seconds each.
    func start(_ tasks: [StressTask], executable: String) throws -> [StressChild] {
        let ready = try Wakeup()
        var fresh: PinnedThread? = try PinnedThread(name: "stress-parent") { [self] in
            let result = Result { try Self.spawn(tasks, executable: executable) }
            started.withLock { $0 = result }
            ready.signal()
            guard let poller = try? Poller(capacity: 1),
                (try? poller.add(wakeup.number, token: 0, .readable)) != nil
            else { return }
            _ = try? poller.wait(timeoutNanoseconds: -1) { _ in }
        }
        thread.withLock { swap(&$0, &fresh) }
        let poller = try Poller(capacity: 1)
        try poller.add(ready.number, token: 0, .readable)
        while true {
            if let result = started.withLock({ $0 }) {
                if case .failure = result { end() }
                return try result.get()
            }
            try poller.wait(timeoutNanoseconds: -1) { _ in }
        }
    }

    private static func spawn(_ tasks: [StressTask], executable: String) throws -> [StressChild] {
        var children: [StressChild] = []
        do {
            for task in tasks { children.append(try StressChild(task, executable: executable)) }
            for child in children { try child.awaitReady() }
            return children
        } catch {
            for child in children { _ = try? child.process.signal(SIGKILL) }
            throw error
        }
    }

    /// The workers' parent thread ends, and they with it.
    func end() {
        wakeup.signal()
        thread.withLock { $0.take() }?.join()
    }
}
