import Capture
import Glibc
import LinuxSystem
import TestSupport

/// A scratch file that is gone afterwards.
func withCaptureFile<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let path = "/tmp/fl-test-\(getpid())-\(UInt32.random(in: 0...(.max))).pcap"
    defer { for number in 1...100 { unlink(PcapFile.path(path, number)) } }
    return try await body(path)
}

extension Feature {
    /// Found out without libpcap: a broken Capture is to fail its tests, not to skip them.
    static let packetSockets = Feature(name: "packet sockets", needs: "CAP_NET_RAW and CONFIG_PACKET") {
        do throws(SystemError) {
            let number = try SystemError.check("socket") { socket(AF_PACKET, Int32(SOCK_RAW.rawValue), 0) }
            _ = OwnedDescriptor(owning: number)
            return .yes
        } catch {
            return .no(error.message)
        }
    }
}

extension TestHost {
    /// A capture in this host's namespace.
    func capture(
        _ interface: String = TestHost.interface,
        filter: String? = nil,
        file: String,
        snapshotLength: Int32 = 128,
        fileBytes: Int64 = 16 << 20,
        files: Int = 4
    ) throws -> PacketCapture {
        try namespace.inside {
            try PacketCapture(
                interface: interface,
                filter: filter,
                file: file,
                snapshotLength: snapshotLength,
                fileBytes: fileBytes,
                files: files
            )
        }
    }

    /// Sends datagrams of `size` bytes, `gap` apart, to a port of the address, where nobody needs to listen.
    func sendDatagrams(
        _ count: Int,
        to address: String,
        port: UInt16,
        size: Int = 100,
        gap: Int64 = 200_000
    ) throws {
        try namespace.inside {
            let number = try SystemError.check("socket") {
                socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
            }
            let descriptor = OwnedDescriptor(owning: number)
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = port.bigEndian
            inet_pton(AF_INET, address, &target.sin_addr)
            let bytes = [UInt8](repeating: 7, count: size)
            for _ in 0..<count {
                _ = withUnsafePointer(to: &target) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        sendto(
                            descriptor.number,
                            bytes,
                            bytes.count,
                            0,
                            $0,
                            socklen_t(MemoryLayout<sockaddr_in>.size)
                        )
                    }
                }
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + gap)
            }
        }
    }
}
