import Testing

@testable import Agent

@Suite struct LeaseTests {
    @Test func `a lease ends when it is not renewed`() {
        let lease = Lease(nanoseconds: 1_000, now: 500)
        #expect(!lease.isExpired(now: 1_499))
        #expect(lease.isExpired(now: 1_500))
    }

    @Test func `a renewal moves the end forward and never back`() {
        var lease = Lease(nanoseconds: 1_000, now: 500)
        lease.renew(now: 900)
        #expect(lease.until == 1_900)
        lease.renew(now: 700)
        #expect(lease.until == 1_900)
    }
}
