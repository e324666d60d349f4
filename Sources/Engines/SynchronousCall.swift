import LinuxSystem
import Synchronization

/// Runs asynchronous code to its end on a thread of its own while the caller waits. Engines are asked by callers that block,
/// some of them on threads of Swift's pool: that has one for each processor, and would wait for itself.
enum SynchronousCall {
    static func value<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        try PinnedThread.run(name: "engine") { try ThreadExecutor().run(body) }
    }
}

/// Runs jobs on the thread that waits for them.
private final class ThreadExecutor: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isOver = false

        mutating func take() -> [UnownedJob] {
            defer { jobs = [] }
            return jobs
        }

        mutating func end() -> [UnownedJob] {
            isOver = true
            return take()
        }
    }

    private let state = Mutex(State())
    private let wakeup: Wakeup
    private let poller: Poller

    init() throws {
        wakeup = try Wakeup()
        poller = try Poller(capacity: 1)
        try poller.add(wakeup.number, token: 0, .readable)
    }

    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let outcome = Outcome<Value>()
        Task(executorPreference: self) {
            let result: Result<Value, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.set(result)
            self.wakeup.signal()
        }
        while true {
            for job in state.withLock({ $0.take() }) {
                job.runSynchronously(on: asUnownedTaskExecutor())
            }
            if let result = outcome.result {
                // What is left, the end of a task that nobody waits for, is run by others.
                for job in state.withLock({ $0.end() }) { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
                return try result.get()
            }
            if state.withLock({ $0.jobs.isEmpty }) {
                try poller.wait(timeoutNanoseconds: 1_000_000_000) { _ in }
            }
            wakeup.clear()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isTaken = state.withLock { state in
            guard !state.isOver else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { wakeup.signal() } else { globalConcurrentExecutor.enqueue(ExecutorJob(job)) }
    }

    private final class Outcome<Value: Sendable>: Sendable {
        private let value = Mutex<Result<Value, any Error>?>(nil)
        var result: Result<Value, any Error>? { value.withLock { $0 } }
        func set(_ result: Result<Value, any Error>) { value.withLock { $0 = result } }
    }
}
