import Faults
import Glibc
import Impairments
import LinuxSystem
import Measures
import Packetfilter
import TestSupport
import Testing

@Suite(
    "The sender's user and cgroup",
    .serialized,
    .requiresRoot,
    .requires(.ownedTables),
    .requires(.packetQueues)
)
struct SenderTests {
    private static let mount: String? = {
        guard let lines = try? FileContents.text("/proc/self/mountinfo").split(separator: "\n") else {
            return nil
        }
        return lines.first { $0.contains(" - cgroup2 ") }?.split(separator: " ").dropFirst(4).first.map(
            String.init
        )
    }()

    private enum Kind: CaseIterable { case drop, loss }

    /// Loses everything that the filter means, first by a drop, then by the queue, and asks who still gets through.
    private static func check(_ filter: TrafficFilter, _ pings: (DualHosts, String) throws -> [Bool])
        async throws
    {
        try await DualHosts.with { pair in
            let faults = try pair.near.namespace.inside {
                try PacketFaults(
                    interface: TestHost.interface,
                    seed: 1,
                    keeper: TestKeeper(),
                    backend: .queue
                )
            }
            let group = "sysctl -qw net.ipv4.ping_group_range='0 2147483647'"
            #expect(try conformanceShell(group, in: pair.near.namespace).status == 0)
            for kind in Kind.allCases {
                let injection = try pair.near.namespace.inside {
                    let now = Clocks.monotonic()
                    let window = ActingWindow(start: now, end: now + Pace.longest)
                    return kind == .drop
                        ? try faults.drop(id: "f#1", from: filter, window: window, leaseUntil: window.end)
                        : try faults.impair(
                            id: "f#1",
                            Impairment(loss: .random(.one)),
                            on: filter,
                            window: window,
                            leaseUntil: window.end
                        )
                }
                for isIPv6 in [false, true] {
                    let ping = "ping -n -c 2 -i 0.05 -W 0.3 \(pair.farAddress(isIPv6)) > /dev/null"
                    #expect(try pings(pair, ping) == [false, true], "\(kind), IPv6 \(isIPv6)")
                }
                let back = try injection.readBack()
                #expect(back.isInstalled && back.packets >= 4, "\(back)")
                try injection.heal()
            }
            #expect(faults.differencesFromBefore() == [])
        }
    }

    @Test("one user's packets are hit, another's are not")
    func user() async throws {
        try await Self.check(TrafficFilter(user: 12_345)) { pair, ping in
            try [12_345, 12_346].map { user in
                let command = "setpriv --reuid=\(user) --regid=\(user) --clear-groups \(ping)"
                return try conformanceShell(command, in: pair.near.namespace).status == 0
            }
        }
    }

    @Test(
        "one cgroup's packets are hit, those of groups below it too, others' are not",
        .enabled(if: SenderTests.mount != nil, "needs a mounted cgroup v2"),
        .requires(.senderCgroups)
    )
    func cgroup() async throws {
        let mount = try #require(Self.mount)
        let name = "fl-test-\(getpid())"
        let folders = ["\(mount)/\(name)", "\(mount)/\(name)/inner", "\(mount)/\(name)-other"]
        for folder in folders { try Directory.make(folder) }
        defer { for folder in folders.reversed() { rmdir(folder) } }
        for inside in folders.prefix(2) {
            try await Self.check(TrafficFilter(cgroup: "/\(name)")) { pair, ping in
                try [inside, folders[2]].map { folder in
                    let command = "sh -c 'echo $$ > \(folder)/cgroup.procs && exec \(ping)'"
                    return try conformanceShell(command, in: pair.near.namespace).status == 0
                }
            }
        }
    }
}
