import Measures
import Testing

@testable import Coordinator

/// When a coordinator may say that an agent has healed.
@Suite struct LeaseAccountTests {
    @Test func `a lease is over a whole lease after the last answer`() {
        var account = LeaseAccount(lease: .seconds(2), openedAt: 0)
        #expect(!account.isOver(at: 1_999_999_999) && account.isOver(at: 2_000_000_000))
        account.renewed(answeredAt: 1_700_000_000)
        #expect(!account.isOver(at: 3_699_999_999) && account.isOver(at: 3_700_000_000))
        // An answer that overtook another moves nothing back.
        account.renewed(answeredAt: 600_000_000)
        #expect(!account.isOver(at: 3_699_999_999))
    }

    @Test(arguments: [200, 1500, 10_000, 60_000])
    func `three renewals fit into a lease, and none waits longer than it`(_ milliseconds: Int) {
        let account = LeaseAccount(lease: .milliseconds(milliseconds), openedAt: 0)
        #expect(account.interval * 3 < account.lease)
        #expect(account.interval <= .seconds(1))
        #expect(account.patience < account.lease)
    }

    @Test(arguments: [1, 200, 1_000, 10_000, 100_000])
    func `all hosts together renew a thousand times a second at most, or as often as a lease needs`(
        _ hosts: Int
    ) {
        let account = LeaseAccount(lease: .seconds(60), hosts: hosts, openedAt: 0)
        #expect(account.interval * 3 < account.lease && account.patience < account.lease)
        #expect(account.interval >= .seconds(1))
        let perSecond = Double(hosts) / account.interval.seconds
        #expect(perSecond <= 1_000 || account.interval == account.lease / 4)
    }
}
