import LinuxSystem
import Testing

@Suite("Poller, timer, wake-up")
struct PollerTests {
    @Test("an event carries the token that its descriptor was added with")
    func tokens() throws {
        let poller = try Poller()
        let first = try Wakeup()
        let second = try Wakeup()
        try poller.add(first.number, token: 1, .readable)
        try poller.add(second.number, token: .max, .readable)
        #expect(try tokens(poller) == [])
        second.signal()
        #expect(try tokens(poller) == [.max])
        first.signal()
        #expect(try tokens(poller) == [1, .max])
        #expect(first.clear() == true)
        #expect(first.clear() == false)
        #expect(try tokens(poller) == [.max])
        try poller.remove(second.number)
        #expect(try tokens(poller) == [])
    }

    @Test("what is modified to nothing stays silent")
    func modified() throws {
        let poller = try Poller()
        let wakeup = try Wakeup()
        wakeup.signal()
        try poller.add(wakeup.number, token: 3, [])
        #expect(try tokens(poller) == [])
        try poller.modify(wakeup.number, token: 4, .readable)
        #expect(try tokens(poller) == [4])
    }

    @Test("more events than the buffer holds come with the next waits, none is lost")
    func overflow() throws {
        let poller = try Poller(capacity: 1)
        let first = try Wakeup()
        let second = try Wakeup()
        try poller.add(first.number, token: 1, .readable)
        try poller.add(second.number, token: 2, .readable)
        first.signal()
        second.signal()
        var seen: Set<UInt64> = []
        for _ in 0..<8 { seen.formUnion(try tokens(poller)) }
        #expect(seen == [1, 2])
    }

    @Test("a timer is due at its instant and not before; a past instant is due at once; disarmed it is never")
    func timer() throws {
        let poller = try Poller()
        let timer = try Timer()
        try poller.add(timer.number, token: 9, .readable)
        let due = Clocks.monotonic() + 2_000_000
        try timer.arm(at: due)
        #expect(try tokens(poller, timeout: 5_000_000_000) == [9])
        #expect(Clocks.monotonic() >= due)
        #expect(timer.clear() == true)
        try timer.arm(at: -5)
        #expect(try tokens(poller, timeout: 5_000_000_000) == [9])
        #expect(timer.clear() == true)
        try timer.arm(at: Clocks.monotonic() + 1_000_000)
        try timer.disarm()
        #expect(try tokens(poller, timeout: 5_000_000) == [])
    }

    @Test("a wait without events lasts as long as asked, in nanoseconds")
    func timeout() throws {
        let poller = try Poller()
        let start = Clocks.monotonic()
        #expect(try tokens(poller, timeout: 1_500_000) == [])
        #expect(Clocks.monotonic() - start >= 1_500_000)
    }

    private func tokens(_ poller: borrowing Poller, timeout: Int64 = 0) throws -> [UInt64] {
        var tokens: [UInt64] = []
        try poller.wait(timeoutNanoseconds: timeout) { event in
            if event.seen.contains(.readable) { tokens.append(event.token) }
        }
        return tokens.sorted()
    }
}
