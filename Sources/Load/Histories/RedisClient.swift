import Codecs
import LinuxSystem
import Measures

/// A client of a Redis server, or of the primary that sentinels name. It keeps its connection as long as that answers, and asks
/// the sentinels when it has none or when the server takes no writes, as clients of Redis do (redis.io, "Guidelines for Redis
/// clients with support for Redis Sentinel").
final class RedisClient: StoreClient {
    private let addresses: StoreAddresses.Redis
    private let timeout: Int64
    private var connection: StoreSocket?

    init(_ addresses: StoreAddresses.Redis, timeout: Duration) {
        self.addresses = addresses
        self.timeout = timeout.nanoseconds
    }

    func perform(_ operation: StoreOperation) -> StoreAnswer {
        let deadline = Clocks.monotonic() + timeout
        let socket: StoreSocket
        switch connected(until: deadline) {
        case .opened(let opened): socket = opened
        case .failed(let why): return .failed(why)
        }
        switch Self.ask(Self.words(operation), socket, until: deadline) {
        case .reply(let reply):
            let answer = RedisAnswer.meaning(of: reply, to: operation)
            // Whoever was the primary is it no more.
            if case .error = reply, addresses.primary != nil { connection = nil }
            return answer
        case .notSent(let why):
            connection = nil
            return .failed(why)
        case .lost(let why):
            connection = nil
            return operation.changesNothing ? .failed(why) : .unknown(why)
        }
    }

    private func connected(until deadline: Int64) -> StoreSocket.Opening {
        if let connection { return .opened(connection) }
        let address: HostAddress
        switch server(until: deadline) {
        case .success(let found): address = found
        case .failure(let trouble): return .failed(trouble.message)
        }
        let opening = StoreSocket.open(address, until: deadline)
        guard case .opened(let socket) = opening else { return opening }
        if !addresses.logIn.isEmpty {
            guard case .reply(.texts) = Self.ask(addresses.logIn, socket, until: deadline) else {
                return .failed("\(address): the log-in was refused")
            }
        }
        connection = socket
        return opening
    }

    private func server(until deadline: Int64) -> Result<HostAddress, LoadError> {
        guard let primary = addresses.primary else { return .success(addresses.servers[0]) }
        var trouble = "no sentinel knows the primary \(primary)"
        for sentinel in addresses.servers {
            // A sentinel that is cut off must not take the time of the others.
            let share = max(1, (deadline - Clocks.monotonic()) / 2)
            let limit = min(deadline, Clocks.monotonic() + share)
            switch StoreSocket.open(sentinel, until: limit) {
            case .failed(let why): trouble = why
            case .opened(let socket):
                let question = ["SENTINEL", "get-master-addr-by-name", primary]
                guard case .reply(.texts(let texts)) = Self.ask(question, socket, until: limit),
                    texts.count == 2, let port = UInt16(texts[1]),
                    let address = try? HostAddress.resolve(texts[0], port: port)
                else { continue }
                return .success(address)
            }
        }
        return .failure(LoadError("history.no-primary", trouble))
    }

    private static func words(_ operation: StoreOperation) -> [String] {
        switch operation {
        case .write(let key, let value): ["SET", key, "\(value)"]
        case .read(let key): ["GET", key]
        case .add(let key, let value): [isList(key) ? "RPUSH" : "SADD", key, "\(value)"]
        case .readAll(let key): isList(key) ? ["LRANGE", key, "0", "-1"] : ["SMEMBERS", key]
        }
    }

    private static func isList(_ key: String) -> Bool { key.hasSuffix(":list") }

    private enum Exchange {
        case reply(RedisReply)
        case notSent(String)
        case lost(String)
    }

    private static func ask(_ words: [String], _ socket: StoreSocket, until deadline: Int64) -> Exchange {
        switch socket.send(RedisScript.encode(words.map { Array($0.utf8) }), until: deadline) {
        case .sent: break
        case .notSent(let why): return .notSent(why)
        case .partly(let why): return .lost(why)
        }
        var reader = RedisReply.Reader()
        while true {
            switch socket.receive(until: deadline) {
            case .ended: return .lost("closed before the answer")
            case .failed(let why): return .lost(why)
            case .bytes(let bytes):
                switch reader.feed(bytes) {
                case .incomplete: continue
                case .whole(let reply): return .reply(reply)
                case .malformed: return .lost("no reply of Redis")
                }
            }
        }
    }
}
