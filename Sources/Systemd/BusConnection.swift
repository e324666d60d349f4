import CSystemd
import Glibc
import LinuxSystem

/// A client of one message bus. It belongs to the thread that made it, as all of sd-bus does.
struct BusConnection: ~Copyable {
    private let functions: csystemd
    private let handle: ForeignHandle
    private let deadline: Int64

    private init(_ functions: csystemd, _ handle: consuming ForeignHandle, deadline: Int64) {
        self.functions = functions
        self.handle = handle
        self.deadline = deadline
    }

    /// Connects, authenticates and says hello. `deadline`: of all that is asked of the bus, CLOCK_MONOTONIC, nanoseconds.
    static func open(
        _ library: Libsystemd,
        socket: String,
        deadline: Int64
    ) throws(BusRefusal) -> BusConnection {
        let functions = library.functions
        var made: OpaquePointer?
        let code = functions.sd_bus_new(&made)
        guard code >= 0, let handle = ForeignHandle(made, release: functions.sd_bus_close_unref) else {
            throw BusRefusal(code)
        }
        let connection = BusConnection(functions, handle, deadline: deadline)
        try connection.start(socket)
        return connection
    }

    /// C: `sd_bus_set_address`, `sd_bus_start`, then `sd_bus_process` until `sd_bus_is_ready`. The first call would do the
    /// same, but would wait for a socket that says nothing as long as sd-bus likes.
    private func start(_ socket: String) throws(BusRefusal) {
        let bus = handle.pointer
        try check(functions.sd_bus_set_address(bus, "unix:path=\(socket)"))
        try check(functions.sd_bus_set_bus_client(bus, 1))
        try check(functions.sd_bus_start(bus))
        while functions.sd_bus_is_ready(bus) <= 0 {
            guard try check(functions.sd_bus_process(bus, nil)) == 0 else { continue }
            guard left > 0 else { throw BusRefusal(-ETIMEDOUT) }
            wait()
        }
    }

    /// Calls a method whose arguments are strings, and waits for the answer.
    func call(_ peer: BusPeer, _ member: String, _ arguments: [String]) throws(BusRefusal) -> BusMessage {
        var made: OpaquePointer?
        let code = functions.sd_bus_message_new_method_call(
            handle.pointer,
            &made,
            peer.name,
            peer.path,
            peer.interface,
            member
        )
        guard code >= 0, let request = BusMessage(made, functions) else { throw BusRefusal(code) }
        for argument in arguments { try check(request.append(argument)) }
        var error = sd_bus_error()
        defer { functions.sd_bus_error_free(&error) }
        var answer: OpaquePointer?
        // 0 would be sd-bus's own patience.
        let result = functions.sd_bus_call(handle.pointer, request.pointer, max(1, left), &error, &answer)
        guard result >= 0, let message = BusMessage(answer, functions) else {
            throw BusRefusal(
                result,
                name: error.name.map { String(cString: $0) },
                text: error.message.map { String(cString: $0) }
            )
        }
        return message
    }

    /// What comes without having been asked for: a signal. Nil: the time is over.
    func next() throws(BusRefusal) -> BusMessage? {
        while true {
            var made: OpaquePointer?
            let code = functions.sd_bus_process(handle.pointer, &made)
            if let message = BusMessage(made, functions) { return message }
            guard try check(code) == 0 else { continue }
            guard left > 0 else { return nil }
            wait()
        }
    }

    /// What fails here fails again, with its reason, in what is done next; a signal to this thread (EINTR) does not.
    private func wait() { _ = functions.sd_bus_wait(handle.pointer, left) }

    /// Microseconds.
    private var left: UInt64 { UInt64(max(0, deadline - Clocks.monotonic()) / 1000) }

    @discardableResult
    private func check(_ code: Int32) throws(BusRefusal) -> Int32 {
        guard code >= 0 else { throw BusRefusal(code) }
        return code
    }
}
