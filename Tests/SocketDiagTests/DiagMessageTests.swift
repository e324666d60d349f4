import Measures
import TestSupport
import Testing

@testable import SocketDiag

@Suite("Bytes to and from sock_diag")
struct DiagMessageTests {
    /// An established connection 10.0.0.1:40000 to 10.0.0.2:80 of user 1000, as the kernel tells it, with its cgroup.
    private static func connection(family: UInt8 = 2, sequence: UInt8 = 9) -> [UInt8] {
        var message = [UInt8](repeating: 0, count: 100)
        message.replaceSubrange(0..<16, with: [100, 0, 0, 0, 20, 0, 2, 0, sequence, 0, 0, 0, 0, 0, 0, 0])
        message.replaceSubrange(16..<24, with: [family, 1, 0, 0, 0x9c, 0x40, 0, 80])
        if family == 2 {
            message.replaceSubrange(24..<28, with: [10, 0, 0, 1])
            message.replaceSubrange(40..<44, with: [10, 0, 0, 2])
        } else {
            message.replaceSubrange(34..<40, with: [0xff, 0xff, 10, 0, 0, 1])
            message.replaceSubrange(40..<56, with: [0xfd] + [UInt8](repeating: 0, count: 14) + [2])
        }
        message.replaceSubrange(60..<68, with: [1, 2, 3, 4, 5, 6, 7, 8])
        message.replaceSubrange(80..<88, with: [0xe8, 3, 0, 0, 77, 0, 0, 0])
        message.replaceSubrange(88..<100, with: [12, 0, 21, 0, 9, 1, 0, 0, 0, 0, 0, 0])
        return message
    }

    private static func sockets(_ bytes: [UInt8], sequence: UInt32 = 9) -> [TCPSocket] {
        DiagMessage.answers(in: bytes[...], sequence: sequence).compactMap {
            if case .socket(let socket) = $0 { socket } else { nil }
        }
    }

    @Test("a request to list, byte for byte: family, TCP, the states as bits, no socket in particular")
    func list() {
        let bytes = DiagMessage.list(family: 10, states: [.established, .listening], sequence: 0x0102)
        let expected = "48 00 00 00 14 00 01 03 02 01 00 00 00 00 00 00 0a 06 00 00 02 04 00 00"
        #expect(hexadecimal(bytes.prefix(24)) == hexadecimal(TestSupport.bytes(hexadecimal: expected) ?? []))
        #expect(bytes.count == 72 && bytes.dropFirst(24).allSatisfy { $0 == 0 })
    }

    @Test("a request to close repeats the kernel's own name of the socket, cookie and all")
    func destroy() throws {
        let socket = try #require(Self.sockets(Self.connection()).first)
        let bytes = DiagMessage.destroy(socket.identity, sequence: 5)
        #expect(Array(bytes[4..<8]) == [21, 0, 5, 0])
        #expect(Array(bytes[24...]) == Array(Self.connection()[20..<68]))
    }

    @Test("a socket is its ends, user, inode, cookie and cgroup; an IPv4 end of an IPv6 socket is IPv4")
    func socket() throws {
        let four = try #require(Self.sockets(Self.connection()).first)
        #expect(four.description == "10.0.0.1:40000 to 10.0.0.2:80")
        #expect(four.state == .established && four.user == 1000 && four.inode == 77 && four.cgroup == 265)
        #expect(four.cookie == 0x0807_0605_0403_0201)
        let six = try #require(Self.sockets(Self.connection(family: 10)).first)
        #expect(six.description == "10.0.0.1:40000 to [fd00::2]:80")
    }

    @Test("errors are errnos, 0 an acknowledgement; answers to other questions are not ours")
    func results() {
        let error: [UInt8] = [20, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        let answers = { (code: [UInt8]) in DiagMessage.answers(in: (error + code)[...], sequence: 9) }
        #expect(answers([0xfe, 0xff, 0xff, 0xff]) == [.result(2)])
        #expect(answers([0, 0, 0, 0]) == [.result(0)])
        #expect(answers([0, 0, 0, 0x80]) == [.result(.max)])
        #expect(Self.sockets(Self.connection(), sequence: 10) == [])
    }

    @Test("no mutation of a message makes the reader trap")
    func mutations() {
        var draws = SeededGenerator(seed: 7)
        var understood = 0
        for _ in 0..<10_000 {
            var bytes = Self.connection(family: draws.next() % 2 == 0 ? 2 : 10) + Self.connection()
            for _ in 0...(draws.next() % 5) {
                let index = Int(draws.next() % UInt64(bytes.count))
                switch draws.next() % 5 {
                case 0: bytes[index] = UInt8(truncatingIfNeeded: draws.next())
                case 1: bytes[index] = [0, 1, 3, 4, 127, 128, 255][Int(draws.next() % 7)]
                case 2: bytes.removeSubrange(index...)
                case 3: bytes.insert(UInt8(truncatingIfNeeded: draws.next()), at: index)
                default: bytes.remove(at: index)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            understood += Self.sockets(bytes).count
        }
        #expect(understood > 3000)
    }
}
