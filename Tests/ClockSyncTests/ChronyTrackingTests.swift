import ClockSync
import Glibc
import LinuxSystem
import Measures
import Testing

@Suite("What chronyd says", .serialized)
struct ChronyTrackingTests {
    /// 1 µs of correction, 3 µs of root delay, 5 µs of dispersion, as candm.h lays them out.
    private func reply(sequence: UInt32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 104)
        bytes[0] = 6
        bytes[1] = 2
        bytes[5] = 33
        bytes[7] = 5
        for index in 0..<4 {
            bytes[16 + index] = UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * index))
        }
        bytes[53] = 2
        // coefficient · 2^(exponent − 25), with a coefficient of 24 bits.
        for (offset, seconds) in [(68, -1e-6), (92, 3e-6), (96, 5e-6)] {
            let exponent = Int32(seconds.exponent) + 2
            let coefficient = Int32(
                (seconds * Double(sign: .plus, exponent: 25 - Int(exponent), significand: 1)).rounded()
            )
            let bits = UInt32(bitPattern: exponent << 25) | UInt32(bitPattern: coefficient) & 0x1ff_ffff
            for index in 0..<4 {
                bytes[offset + index] = UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * index))
            }
        }
        return bytes
    }

    @Test("is read: correction, root delay and dispersion, and their sum as its bound")
    func reads() throws {
        let tracking = try #require(ChronyTracking(reply: reply(sequence: 7), sequence: 7))
        #expect(abs(tracking.correction + 1000) <= 1)
        #expect(abs(tracking.rootDelay - 3000) <= 1)
        #expect(abs(tracking.rootDispersion - 5000) <= 1)
        #expect(abs(tracking.bound - 7500) <= 3 && tracking.stratum == 2)
        #expect(ChronyTracking(reply: reply(sequence: 7), sequence: 8) == nil, "an answer to something else")
    }

    @Test("cut short, or of any other bytes, says nothing")
    func fuzz() {
        var random = SeededGenerator(seed: 13)
        let right = reply(sequence: 7)
        for length in 0..<104 {
            #expect(ChronyTracking(reply: Array(right.prefix(length)), sequence: 7) == nil)
        }
        for _ in 0..<20_000 {
            var bytes = right
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<104, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if let tracking = ChronyTracking(reply: bytes, sequence: 7) { #expect(tracking.bound >= 0) }
        }
    }

    @Test(
        "is heard from a real chronyd, and is what its own client prints",
        .enabled(
            if: access("/usr/sbin/chronyd", X_OK) == 0,
            "chrony is not installed: apt-get install chrony"
        )
    )
    func real() throws {
        let chrony = try OwnChronyd(port: 3230)
        defer { chrony.stop() }
        var client = try ChronyClient(port: 3230)
        var tracking: ChronyTracking?
        for _ in 0..<250 where tracking == nil || tracking?.stratum == 0 {
            tracking = client.look()
            usleep(20_000)
        }
        let heard = try #require(tracking)
        // Its own clock is its reference: stratum 7, no delay.
        #expect(heard.stratum == 7 && heard.rootDelay <= 1)
        #expect(heard.bound < 1_000_000_000)
        chrony.stop()
        for _ in 0..<20 where tracking != nil { tracking = client.look() }
        #expect(tracking == nil, "gone is gone")
    }
}
