import Glibc
import LinuxSystem
import Synchronization

/// Answers HTTP on the loopback as a server once did: by path. One connection a question.
final class RecordedServer: Sendable {
    struct Question: Sendable {
        let path: String
        let authorization: String?
    }

    let port: UInt16
    private let answers: [String: String]
    private let asked = Mutex<[Question]>([])
    private let listener: OwnedDescriptor

    var questions: [Question] { asked.withLock { $0 } }

    /// `answers`: bodies by the path with its query; another path is answered with 403, as for a Role that does not read it.
    init(_ answers: [String: String]) throws {
        self.answers = answers
        let number = try SystemError.check("socket") {
            socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        }
        listener = OwnedDescriptor(owning: number)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &name) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try SystemError.check("bind") { bind(number, address, size) }
                try SystemError.check("listen") { listen(number, 8) }
                try SystemError.check("getsockname") { getsockname(number, address, &size) }
            }
        }
        port = UInt16(bigEndian: name.sin_port)
        _ = try PinnedThread(name: "recorded") { [weak self] in
            while true {
                let connection = accept(number, nil, nil)
                guard connection >= 0 else { return }
                self?.answer(connection)
                close(connection)
            }
        }
    }

    deinit { shutdown(listener.number, Int32(SHUT_RDWR)) }

    private func answer(_ connection: Int32) {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !bytes.ends(with: [13, 10, 13, 10]), bytes.count < 65_536 {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            bytes += chunk[..<count]
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let path =
            lines.first.map { $0.split(separator: " ") }.flatMap { $0.count > 1 ? String($0[1]) : nil } ?? ""
        let header = lines.first { $0.lowercased().hasPrefix("authorization: ") }
        asked.withLock {
            $0.append(Question(path: path, authorization: header.map { String($0.dropFirst(15)) }))
        }
        let refusal = #"{"kind":"Status","message":"pods is forbidden","code":403}"#
        let (status, body) = answers[path].map { ("200 OK", $0) } ?? ("403 Forbidden", refusal)
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        let answer = Array("\(head)Connection: close\r\n\r\n\(body)".utf8)
        _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
