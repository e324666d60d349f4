import Glibc
import LinuxSystem
import Measures
import Packetfilter
import Testing

@Suite(
    "Packet rules in the kernel",
    .enabled(if: Feature.ownedTables.answer().isYes, "needs owned nftables tables")
)
struct FilterSocketTests {
    private static func window(in milliseconds: Int64, for length: Int64) throws -> TimeWindow {
        let start = Clocks.realtime() + milliseconds * 1_000_000
        return try #require(TimeWindow(start: start, end: start + length * 1_000_000))
    }

    @Test("an armed window drops from its start to its end, and no sender hears of it")
    func armedWindow() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let window = try Self.window(in: 300, for: 150)
        let table = try socket.install(FilterTestBed.cut(window))
        let stream = try UDPStream.run(
            from: bed.near,
            FilterTestBed.nearAddress,
            to: bed.far,
            FilterTestBed.farAddress,
            count: 6500,
            spacing: 100_000
        )
        #expect(stream.errors.isEmpty)
        let lost = stream.lost
        // A packet reaches the rule after it was sent, and soon: within 5 ms even where the receiving side waits for a CPU.
        let margin: Int64 = 5_000_000
        let early = lost.filter { stream.done[$0] < window.start - margin }
        let late = lost.filter { stream.sent[$0] >= window.end }
        let missed = stream.arrived.filter {
            window.start <= stream.sent[$0] && stream.done[$0] < window.end - margin
        }
        #expect(early.isEmpty, "lost before the start")
        #expect(late.isEmpty, "lost though sent after the end")
        #expect(missed.isEmpty, "passed within the window")
        #expect(lost.count > 100)
        #expect(stream.arrived.contains { stream.done[$0] < window.start })
        #expect(stream.arrived.contains { stream.sent[$0] > window.end })
        // The kernel counted what the receiver missed.
        let state = try #require(try socket.readBack(table))
        #expect(table.counts(in: state).map { $0?.packets } == [UInt64(lost.count)])
    }

    @Test("a cut is one-way: the other direction passes")
    func oneWay() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        _ = try socket.install(FilterTestBed.cut(nil))
        let there = try UDPStream.run(
            from: bed.near,
            FilterTestBed.nearAddress,
            to: bed.far,
            FilterTestBed.farAddress,
            count: 100,
            spacing: 100_000
        )
        let back = try UDPStream.run(
            from: bed.far,
            FilterTestBed.farAddress,
            to: bed.near,
            FilterTestBed.nearAddress,
            count: 100,
            spacing: 100_000
        )
        #expect(there.arrived.isEmpty)
        #expect(there.errors.isEmpty)
        #expect(back.lost == [])
    }

    @Test("the table is gone with its effect as soon as its socket is closed")
    func goneWithSocket() throws {
        let bed = try FilterTestBed()
        do {
            let socket = try FilterSocket.open(in: bed.far)
            _ = try socket.install(FilterTestBed.cut(nil))
            #expect(FilterTestBed.nft("list tables", in: bed.far).contains("table inet faultline"))
        }
        #expect(FilterTestBed.nft("list ruleset", in: bed.far) == "")
        let stream = try UDPStream.run(
            from: bed.near,
            FilterTestBed.nearAddress,
            to: bed.far,
            FilterTestBed.farAddress,
            count: 20,
            spacing: 100_000
        )
        #expect(stream.arrived.count == 20)
    }

    @Test("a process that is killed by SIGKILL leaves no rule")
    func killed() async throws {
        let bed = try FilterTestBed()
        let path = bed.far.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let socket = try FilterSocket.open(in: NetworkNamespace(path: path))
            let installed = try socket.install(FilterTestBed.cut(nil))
            // Any other end than the signal: the table was never there.
            guard try socket.readBack(installed)?.rules.count == 1 else { exit(3) }
            kill(getpid(), SIGKILL)
        }
        #expect(FilterTestBed.nft("list ruleset", in: bed.far) == "")
    }

    @Test("an established TCP connection stalls in the window and goes on after it, nothing lost")
    func tcp() throws {
        let bed = try FilterTestBed()
        let listener = try TestSocket.open(SOCK_STREAM, in: bed.far, at: FilterTestBed.farAddress, port: 7002)
        let server = listener.descriptor.number
        try SystemError.check("listen") { listen(server, 1) }
        let client = try TestSocket.open(SOCK_STREAM, in: bed.near, at: FilterTestBed.nearAddress, port: 0)
        try client.connect(to: FilterTestBed.farAddress, port: 7002)
        let accepted = OwnedDescriptor(owning: try SystemError.check("accept") { accept(server, nil, nil) })
        let (reader, writer) = (accepted.number, client.descriptor.number)
        var noDelay: Int32 = 1
        setsockopt(writer, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, 4)

        let socket = try FilterSocket.open(in: bed.far)
        let window = try Self.window(in: 100, for: 250)
        _ = try socket.install(FilterTestBed.cut(window))
        let count = 300
        let thread = try PinnedThread(name: "tcp-writer") {
            let start = Clocks.monotonic()
            for index in 0..<count {
                Clocks.sleepUntil(monotonic: start + Int64(index) * 2_000_000)
                var number = UInt64(index)
                _ = send(writer, &number, 8, 0)
            }
        }
        var arrivals: [(number: UInt64, at: Int64)] = []
        var number: UInt64 = 0
        while arrivals.count < count, recv(reader, &number, 8, Int32(MSG_WAITALL)) == 8 {
            arrivals.append((number, Clocks.realtime()))
        }
        thread.join()
        #expect(arrivals.map(\.number) == Array(0..<UInt64(count)))
        let margin: Int64 = 5_000_000
        let within = arrivals.filter { $0.at > window.start + margin && $0.at < window.end - margin }
        #expect(within.isEmpty, "bytes arrived during the cut")
        #expect(arrivals.contains { $0.at < window.start } && arrivals.contains { $0.at > window.end })
    }

    @Test("removing twice is no error; reading what is gone is nil")
    func removeTwice() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let table = try socket.install(FilterTestBed.cut(nil))
        #expect(try socket.readBack(table) != nil)
        #expect(try socket.remove(table) == true)
        #expect(try socket.remove(table) == false)
        #expect(try socket.readBack(table) == nil)
    }

    @Test("what was installed is read back: expressions, window, comment, owner")
    func readBack() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let window = try Self.window(in: 10_000, for: 10)
        let wanted = FilterTestBed.cut(window)
        let table = try socket.install(wanted)
        let state = try #require(try socket.readBack(table))
        #expect(state.owner == socket.port)
        #expect(state.rules.map(\.handle) == table.rules.map(\.handle))
        #expect(state.rules.map(\.window) == [window])
        #expect(state.rules.map(\.comment) == ["cut"])
        let lowered = try wanted.chains[0].rules[0].expressions(family: .inet, queue: .native)
        #expect(state.rules.first?.expressions == lowered)
    }

    @Test("a window moves in one transaction, and what was counted before is not lost")
    func moveWindow() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let now = try #require(TimeWindow(start: 0, end: Clocks.realtime() + 60_000_000_000))
        var table = try socket.install(FilterTestBed.cut(now))
        let stream = {
            try UDPStream.run(
                from: bed.near,
                FilterTestBed.nearAddress,
                to: bed.far,
                FilterTestBed.farAddress,
                count: 50,
                spacing: 50_000
            )
        }
        #expect(try stream().arrived.isEmpty)
        let later = try #require(TimeWindow(start: 0, end: Clocks.realtime() + 120_000_000_000))
        try socket.replaceWindow(of: &table, with: later)
        #expect(try stream().arrived.isEmpty)
        let past = try #require(TimeWindow(start: 0, end: 1))
        try socket.replaceWindow(of: &table, with: past)
        #expect(try stream().arrived.count == 50)
        let state = try #require(try socket.readBack(table))
        #expect(state.rules.map(\.window) == [past])
        #expect(table.counts(in: state).map { $0?.packets } == [100])
    }

    @Test("a refused batch changes nothing and says what was refused")
    func refused() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let other = try FilterSocket.open(in: bed.far)
        let table = try socket.install(FilterTestBed.cut(nil))
        let before = FilterTestBed.nft("-a list ruleset", in: bed.far)
        var error = #expect(throws: FilterError.self) { _ = try other.install(FilterTestBed.cut(nil)) }
        #expect(error?.kind == .exists || error?.kind == .notPermitted)
        #expect(error?.operation == "make table inet faultline")
        error = #expect(throws: FilterError.self) { try other.remove(table) }
        #expect(error?.kind == .notPermitted)
        #expect(FilterTestBed.nft("-a list ruleset", in: bed.far) == before)
        #expect(error?.message.contains("only that process can change it") == true)
    }

    @Test("an IPv6 cut that lets neighbour discovery pass is silent: packets are lost, neighbours are not")
    func six() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let cut = PacketRule(match: PacketMatch(source: AddressPrefix("fd77::/64")), verdict: .drop)
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: [.neighbourDiscovery, cut])
        let table = try socket.install(FilterTable(name: "faultline", family: .inet, chains: [chain]))
        let ping = "ip netns exec \(bed.near.name) ping -n -c 3 -i 0.1 -W 1 fd77::2"
        _ = FilterTestBed.shell("ip -n \(bed.near.name) neighbour flush dev v0")
        let during = FilterTestBed.shell(ping).text
        #expect(during.contains("100% packet loss") && !during.contains("nreachable"), "\(during)")
        let neighbours = FilterTestBed.shell("ip -n \(bed.near.name) -6 neighbour show fd77::2").text
        #expect(neighbours.contains("REACHABLE"), "\(neighbours)")
        #expect(try socket.readBack(table)?.count.packets == 3)
        try socket.remove(table)
        #expect(FilterTestBed.shell(ping).text.contains(" 0% packet loss"))
    }

    @Test("what nft prints is what was meant")
    func printed() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        let match = PacketMatch(
            source: AddressPrefix("10.77.0.0/24"),
            destination: AddressPrefix("10.77.0.2"),
            inputInterface: "v0",
            transport: .tcp,
            sourcePorts: [1024...65535],
            destinationPorts: [80...80]
        )
        let window = try #require(
            TimeWindow(start: 1_700_000_000_000_000_000, end: 1_700_000_060_000_000_000)
        )
        let rules = [
            PacketRule(match: match, window: window, verdict: .drop, comment: "cut#1"),
            PacketRule(counter: false, verdict: .setPriority(classID: 0x1_0004)),
        ]
        let chain = FilterChain(name: "arriving", hook: .prerouting, rules: rules)
        _ = try socket.install(FilterTable(name: "faultline", family: .ip, chains: [chain]))
        let text = FilterTestBed.shell("TZ=UTC ip netns exec \(bed.far.name) nft list ruleset").text
        let expected = [
            "flags owner", "type filter hook prerouting priority raw; policy accept;",
            "ip saddr 10.77.0.0/24 ip daddr 10.77.0.2 iifname \"v0\" tcp sport 1024-65535 tcp dport 80",
            "meta time >= \"2023-11-14 22:13:20\" meta time < \"2023-11-14 22:14:20\" counter packets 0 bytes 0 drop",
            "comment \"cut#1\"", "meta priority set 1:4",
        ]
        for line in expected { #expect(text.contains(line), "\(line) in \(text)") }
    }

    @Test("a dry run asks the kernel and leaves nothing")
    func dryRun() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        try socket.check(FilterTestBed.cut(nil))
        #expect(FilterTestBed.nft("list ruleset", in: bed.far) == "")
    }

    @Test(
        "what vanishes on its way out is not told to the sender, as a drop there is",
        arguments: [Hook.output, .postrouting]
    )
    func vanish(_ hook: Hook) throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.near)
        let losing = { (verdict: PacketVerdict) in
            let match = PacketMatch(destination: AddressPrefix(FilterTestBed.farAddress), transport: .udp)
            let chain = FilterChain(
                name: "leaving",
                hook: hook,
                rules: [PacketRule(match: match, verdict: verdict)]
            )
            return FilterTable(name: "faultline", family: .ip, chains: [chain])
        }
        for (verdict, errors) in [(PacketVerdict.vanish, 0), (.drop, 50)] {
            let table = try socket.install(losing(verdict))
            let stream = try UDPStream.run(
                from: bed.near,
                FilterTestBed.nearAddress,
                to: bed.far,
                FilterTestBed.farAddress,
                count: 50,
                spacing: 100_000
            )
            #expect(stream.arrived.isEmpty)
            #expect(stream.errors == [Int32](repeating: EPERM, count: errors))
            try socket.remove(table)
        }
    }

    @Test("a share drops about that part, silently")
    func share() throws {
        let bed = try FilterTestBed()
        let socket = try FilterSocket.open(in: bed.far)
        var table = FilterTestBed.cut(nil)
        table.chains[0].rules[0].match.share = Share("20%")
        _ = try socket.install(table)
        let count = 4000
        let stream = try UDPStream.run(
            from: bed.near,
            FilterTestBed.nearAddress,
            to: bed.far,
            FilterTestBed.farAddress,
            count: count,
            spacing: 20_000
        )
        #expect(stream.errors.isEmpty)
        // 800 expected, standard deviation 25.3; six of them on both sides.
        #expect((648...952).contains(stream.lost.count), "\(stream.lost.count)")
    }
}
