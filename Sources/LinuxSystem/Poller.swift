import CLinux
import Glibc

/// Readiness of descriptors, level-triggered unless asked otherwise. Like `epoll`; one thread waits.
///
/// After init nothing is allocated: `wait` fills one buffer again and again.
package struct Poller: ~Copyable, Sendable {
    /// What to wait for, and what was seen. C: EPOLLIN and so on.
    package struct Interest: OptionSet, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let readable = Interest(rawValue: 0x001)
        package static let writable = Interest(rawValue: 0x004)
        /// Reported whether asked for or not.
        package static let error = Interest(rawValue: 0x008)
        /// Both directions closed. Reported whether asked for or not.
        package static let hangUp = Interest(rawValue: 0x010)
        /// The peer closed its sending side.
        package static let peerClosed = Interest(rawValue: 0x2000)
        package static let oneShot = Interest(rawValue: 1 << 30)
        package static let edgeTriggered = Interest(rawValue: 1 << 31)
    }

    package struct Event: Sendable, Hashable {
        /// As given to `add`.
        package let token: UInt64
        package let seen: Interest
    }

    /// The buffer's owner: it has the deinit, so that Poller's init may throw. Not private: a target that is built with -O
    /// and stores a Poller refers to its metadata, and Swift 6.3.1 then aborts ("external linkage").
    struct Buffer: ~Copyable, @unchecked Sendable {
        let events: UnsafeMutableBufferPointer<epoll_event>
        init(capacity: Int) {
            events = .allocate(capacity: capacity)
            events.initialize(repeating: epoll_event())
        }
        deinit { events.deallocate() }
    }

    private let epoll: OwnedDescriptor
    private let buffer: Buffer

    /// `capacity`: events for one wait, 1 to 65536; more simply come with the next wait.
    package init(capacity: Int = 256) throws(SystemError) {
        epoll = OwnedDescriptor(owning: try SystemError.check("epoll_create1") { clinux_epoll_create() })
        buffer = Buffer(capacity: min(max(capacity, 1), 65536))
    }

    /// The token comes back with each event; the descriptor stays the caller's.
    package func add(_ descriptor: Int32, token: UInt64, _ interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_ADD, descriptor, token, interest)
    }

    package func modify(_ descriptor: Int32, token: UInt64, _ interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_MOD, descriptor, token, interest)
    }

    /// Before the descriptor is closed. Closing the last descriptor of an open file removes it too.
    package func remove(_ descriptor: Int32) throws(SystemError) {
        try control(EPOLL_CTL_DEL, descriptor, 0, [])
    }

    /// Waits and hands each event over; the number of events.
    ///
    /// `timeoutNanoseconds`: 0 looks and returns, negative waits for ever. Returns 0 after the time, and also when a
    /// signal came (EINTR): callers loop with their own deadline anyway.
    @discardableResult
    package func wait(timeoutNanoseconds: Int64, _ handle: (Event) -> Void) throws(SystemError) -> Int {
        let events = buffer.events
        let count = clinux_epoll_wait(
            epoll.number,
            events.baseAddress,
            Int32(truncatingIfNeeded: events.count),
            timeoutNanoseconds
        )
        guard count >= 0 else {
            let number = errno
            if number == EINTR { return 0 }
            throw SystemError("epoll_wait", errno: number)
        }
        for index in 0..<Int(count) {
            let event = events[index]
            handle(Event(token: event.data.u64, seen: Interest(rawValue: event.events)))
        }
        return Int(count)
    }

    private func control(
        _ operation: Int32,
        _ descriptor: Int32,
        _ token: UInt64,
        _ interest: Interest
    ) throws(SystemError) {
        let epoll = epoll.number
        try SystemError.check("epoll_ctl \(operation) of descriptor \(descriptor)") {
            clinux_epoll_control(epoll, operation, descriptor, interest.rawValue, token)
        }
    }
}
