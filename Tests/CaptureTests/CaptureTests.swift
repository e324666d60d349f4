import Capture
import Glibc
import LinuxSystem
import Measures
import Netlink
import TestSupport
import Testing

@Suite("Captures: live", .requiresRoot, .requires(.networkNamespaces), .requires(.packetSockets))
struct CaptureTests {
    @Test("a host with packet sockets can capture, and the probe says so")
    func probe() {
        #expect(Feature.packetCapture.answer() == .yes)
    }

    @Test("what was sent is in the file, both ways, once, with stamps in nanoseconds and in order")
    func bothWays() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(file: file)
                let before = Clocks.realtime()
                try hosts[0].sendDatagrams(50, to: hosts[1].address, port: 4001)
                try hosts[1].sendDatagrams(50, to: hosts[0].address, port: 4002)
                let probe = EchoProbe(
                    address: hosts[1].address,
                    interval: 5_000_000,
                    patience: 1_000_000_000
                )
                let echoes = try hosts[0].namespace.inside {
                    let now = Clocks.monotonic()
                    return try probe.run(from: now, to: now + 50_000_000)
                }
                let after = Clocks.realtime()
                let summary = capture.stop()

                let read = try PcapFile(file)
                #expect(read.magic == 0xa1b2_3c4d)
                #expect(read.version == (2, 4))
                #expect(read.snapshotLength == 128)
                #expect(read.linkType == 1, "Ethernet")
                #expect(read.packets.count == summary.packets)
                #expect(read.size == Int(summary.bytes))
                #expect(summary.dropped == 0 && summary.overwritten == 0 && summary.failure == nil)
                for port in [4001, 4002] as [UInt16] {
                    let packets = read.packets.filter { $0.udpPort == port }
                    #expect(packets.count == 50, "port \(port)")
                    #expect(packets.allSatisfy { $0.length == 142 && $0.bytes.count == 128 })
                    #expect(packets.allSatisfy { (before...after).contains($0.stamp) })
                    #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.stamp < $1.stamp })
                }
                #expect(!echoes.isEmpty)
                #expect(read.packets.count { $0.icmpType == 8 } == echoes.count)
                #expect(read.packets.count { $0.icmpType == 0 } == echoes.count)
                // In microseconds, every one would end in 000.
                #expect(read.packets.contains { $0.stamp % 1000 != 0 })
            }
        }
    }

    @Test("on the loopback a packet is seen once, though it leaves and arrives there")
    func loopback() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture("lo", filter: "udp", file: file)
                try hosts[0].sendDatagrams(20, to: "127.0.0.1", port: 4001)
                let summary = capture.stop()
                #expect(summary.packets == 20)
                #expect(try PcapFile(file).packets.count { $0.udpPort == 4001 } == 20)
            }
        }
    }

    @Test("only what the filter takes is in the file")
    func filter() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(filter: "udp dst port 4002", file: file)
                try hosts[0].sendDatagrams(30, to: hosts[1].address, port: 4001)
                try hosts[0].sendDatagrams(20, to: hosts[1].address, port: 4002)
                #expect(capture.stop().packets == 20)
                #expect(try PcapFile(file).packets.map(\.udpPort) == Array(repeating: 4002, count: 20))
            }
        }
    }

    @Test("a packet is cut at the snapshot length, and its length on the wire is kept")
    func snapshotLength() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(filter: "udp", file: file, snapshotLength: 64)
                try hosts[0].sendDatagrams(5, to: hosts[1].address, port: 4001, size: 1000)
                try hosts[0].sendDatagrams(5, to: hosts[1].address, port: 4001, size: 10)
                capture.stop()
                let read = try PcapFile(file)
                #expect(read.snapshotLength == 64)
                #expect(read.packets.map(\.length) == [1042, 1042, 1042, 1042, 1042, 52, 52, 52, 52, 52])
                #expect(read.packets.map(\.bytes.count) == [64, 64, 64, 64, 64, 52, 52, 52, 52, 52])
            }
        }
    }

    @Test(
        "what it takes of the disk is bounded: the latest packets are kept, whole, and the summary counts the others"
    )
    func ring() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                // Ten records of 16 + 128 bytes fit into a file, and 23 bytes are left over.
                let limit: Int64 = 24 + 10 * 144 + 23
                let capture = try hosts[0].capture(
                    filter: "udp",
                    file: file,
                    snapshotLength: 128,
                    fileBytes: limit,
                    files: 3
                )
                try hosts[0].sendDatagrams(95, to: hosts[1].address, port: 4001, size: 200)
                let summary = capture.stop()
                #expect(
                    summary
                        == CaptureSummary(packets: 95, overwritten: 70, bytes: 3 * 24 + 25 * 144, dropped: 0)
                )
                let counts = try (8...10).map { try PcapFile(file, number: $0).packets.count }
                #expect(counts == [10, 10, 5])
                let stamps = try (8...10).flatMap { try PcapFile(file, number: $0).packets.map(\.stamp) }
                #expect(stamps == stamps.sorted())
                #expect(
                    access(PcapFile.path(file, 7), F_OK) != 0 && access(PcapFile.path(file, 11), F_OK) != 0
                )
            }
        }
    }

    @Test("a file too small for a packet takes one all the same")
    func smallestFile() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(filter: "udp", file: file, fileBytes: 0, files: 0)
                try hosts[0].sendDatagrams(5, to: hosts[1].address, port: 4001)
                let summary = capture.stop()
                // The fifth, and a file for a sixth, which did not come.
                #expect(summary.packets == 5 && summary.overwritten == 4)
                #expect(try PcapFile(file, number: 5).packets.count == 1)
            }
        }
    }

    @Test("a file that is being written is readable: at once, and with packets a moment later")
    func readableMeanwhile() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(filter: "udp", file: file)
                #expect(try PcapFile(file).magic == 0xa1b2_3c4d)
                try hosts[0].sendDatagrams(10, to: hosts[1].address, port: 4001)
                let deadline = Clocks.monotonic() + 10_000_000_000
                while try PcapFile(file).packets.count < 10, Clocks.monotonic() < deadline {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try PcapFile(file).packets.count == 10)
                capture.stop()
            }
        }
    }

    @Test("stopping twice, and from several sides at once, is stopping once")
    func twice() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(filter: "udp", file: file)
                try hosts[0].sendDatagrams(3, to: hosts[1].address, port: 4001)
                let summaries = await withTaskGroup(of: CaptureSummary.self) { group in
                    for _ in 0..<4 { group.addTask { capture.stop() } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                try hosts[0].sendDatagrams(3, to: hosts[1].address, port: 4001)
                #expect(summaries.allSatisfy { $0.packets == 3 })
                #expect(capture.stop() == summaries.first)
                #expect(try PcapFile(file).packets.count == 3)
            }
        }
    }

    @Test("a capture that nobody stops ends with its owner: no descriptor is left")
    func abandoned() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                func openHere() throws -> Int {
                    try Directory.entries("/proc/self/fd").count { entry in
                        var target = [CChar](repeating: 0, count: 4096)
                        let length = readlink("/proc/self/fd/\(entry)", &target, target.count)
                        return length > 0
                            && String(decoding: target[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
                                == PcapFile.path(file, 1)
                    }
                }
                do {
                    let capture = try hosts[0].capture(filter: "udp", file: file)
                    #expect(try openHere() == 1)
                    withExtendedLifetime(capture) {}
                }
                let deadline = Clocks.monotonic() + 10_000_000_000
                while try openHere() > 0, Clocks.monotonic() < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(try openHere() == 0)
            }
        }
    }

    @Test("an interface that goes away ends the capture, which says so and keeps what it had")
    func interfaceGone() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                let capture = try hosts[0].capture(filter: "udp", file: file)
                try hosts[0].sendDatagrams(10, to: hosts[1].address, port: 4001)
                // Before the packets' block is lost with the interface.
                try await Task.sleep(for: .milliseconds(200))
                _ = try RouteSocket(in: hosts[0].namespace).deleteLink(TestHost.interface)
                try await Task.sleep(for: .milliseconds(200))
                let summary = capture.stop()
                #expect(summary.packets == 10)
                let failure = try #require(summary.failure)
                #expect(failure.operation == "capture on eth0" && !failure.text.isEmpty)
                #expect(try PcapFile(file).packets.count == 10)
            }
        }
    }

    @Test("a disk that is full is told, not hidden, and leaves no file behind")
    func fullDisk() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            try await withCaptureFile { file in
                // Where the file begins, before it has its name.
                let begun = PcapFile.path(file, 1) + ".begun"
                #expect(symlink("/dev/full", begun) == 0)
                let error = #expect(throws: CaptureError.self) { try hosts[0].capture(file: file) }
                #expect(error?.text == "No space left on device")
                #expect(error?.message.contains("Free space") == true)
                #expect(access(begun, F_OK) != 0 && access(PcapFile.path(file, 1), F_OK) != 0)
            }
        }
    }
}

@Suite("Captures: refusals", .requiresRoot, .requires(.networkNamespaces), .requires(.packetSockets))
struct CaptureRefusalTests {
    @Test("a missing interface is named, with what lists those that there are")
    func missingInterface() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            try await withCaptureFile { file in
                let error = #expect(throws: CaptureError.self) {
                    try hosts[0].capture("eth7", file: file)
                }
                #expect(error?.pcapCode == -5 && error?.code == "capture.pcap-5")
                #expect(error?.exitCode == .agentFailed)
                #expect(error?.message.hasPrefix("capture on eth7: ") == true)
                #expect(
                    error?.message.hasSuffix("(pcap -5). 'ip link' lists the interfaces of this host") == true
                )
                #expect(access(PcapFile.path(file, 1), F_OK) != 0, "no file was made")
            }
        }
    }

    @Test("a filter that is none is the caller's mistake, and shown with libpcap's words")
    func badFilter() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            try await withCaptureFile { file in
                let error = #expect(throws: CaptureError.self) {
                    try hosts[0].capture("lo", filter: "tcp prot 80", file: file)
                }
                #expect(error?.operation == "capture on lo with filter 'tcp prot 80'")
                #expect(error?.text.contains("syntax error") == true)
                #expect(error?.remedy == "Write it as for tcpdump, such as 'tcp port 80' (man pcap-filter)")
                #expect(error?.exitCode == .badInput)
                #expect(access(PcapFile.path(file, 1), F_OK) != 0, "no file was made")
            }
        }
    }

    @Test("a folder that is not there is named with the remedy")
    func missingFolder() async throws {
        try await withTestNamespaces(count: 1, wired: false) { hosts in
            let error = #expect(throws: CaptureError.self) {
                try hosts[0].capture("lo", file: "/nonexistent/a.pcap")
            }
            #expect(error?.text == "/nonexistent/a.1.pcap.begun: No such file or directory")
            #expect(error?.remedy == "Name a file in a folder that exists and may be written")
        }
    }
}
