import CLinux
import Glibc

/// A thread of its own, outside Swift's cooperative pool: for state that belongs to a thread (namespaces, scheduling) and
/// for loops that block. Joined by `join`, detached when the owner ends without it.
package struct PinnedThread: ~Copyable, Sendable {
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private let thread: pthread_t
    /// Why real-time scheduling was not had; nil when it was, or was not asked for.
    package let realtimeRefusal: SystemError?

    /// `name`: up to 15 bytes are kept by the kernel. `priority`: SCHED_FIFO 1 to 99; where the host refuses it, the
    /// thread runs all the same and `realtimeRefusal` says why.
    package init(
        name: String,
        realtimePriority priority: Int32? = nil,
        _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let start = Start(name: name, body: body)
        var thread = pthread_t()
        var refusal: SystemError?
        if let priority {
            let code = Self.create(&thread, start, realtimePriority: priority)
            if code != 0 { refusal = SystemError("real-time priority \(priority)", errno: code) }
        }
        if priority == nil || refusal != nil {
            let code = Self.create(&thread, start, realtimePriority: nil)
            guard code == 0 else { throw SystemError("pthread_create \(name)", errno: code) }
        }
        self.thread = thread
        self.realtimeRefusal = refusal
    }

    /// The errno. The priority is an attribute of the creation: set afterwards, it would race with a short body's end.
    private static func create(
        _ thread: inout pthread_t,
        _ start: Start,
        realtimePriority priority: Int32?
    ) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let priority {
            var parameters = sched_param()
            parameters.sched_priority = priority
            pthread_attr_setinheritsched(&attributes, Int32(PTHREAD_EXPLICIT_SCHED))
            pthread_attr_setschedpolicy(&attributes, Int32(SCHED_FIFO))
            let code = pthread_attr_setschedparam(&attributes, &parameters)
            if code != 0 { return code }
        }
        let retained = Unmanaged.passRetained(start)
        let code = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                CurrentThread.setName(start.name)
                start.body()
                return nil
            },
            retained.toOpaque()
        )
        if code != 0 { retained.release() }
        return code
    }

    /// Waits for the body to return.
    package consuming func join() {
        pthread_join(thread, nil)
        joined = true
    }

    private var joined = false
    deinit { if !joined { pthread_detach(thread) } }

    /// Runs the body on a fresh thread and returns, or throws, what it does. The caller blocks.
    package static func run<Value: Sendable & ~Copyable>(
        name: String,
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        let outcome = Outcome<Value>()
        let thread = try PinnedThread(name: name) {
            do {
                outcome.value = try body()
            } catch {
                outcome.error = error
            }
        }
        thread.join()
        if let error = outcome.error { throw error }
        guard let value = outcome.value.take() else {
            throw SystemError("thread \(name)", refused: "no result")
        }
        return value
    }

    /// Written by the thread, read after it was joined: the join orders the two.
    private final class Outcome<Value: Sendable & ~Copyable>: @unchecked Sendable {
        var value: Value?
        var error: (any Error)?
        init() { value = nil }
    }
}
