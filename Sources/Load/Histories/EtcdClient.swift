import Codecs
import LinuxSystem
import Measures

/// A client of etcd's JSON gateway (etcd 3.4, "gRPC gateway": /v3/kv/put, /v3/kv/range). It asks one member until that fails,
/// then the next.
final class EtcdClient: StoreClient {
    private let endpoints: [StoreAddresses.Endpoint]
    private let readsAreSerializable: Bool
    private let timeout: Int64
    /// Of the member that is asked.
    private var place: Int
    private var connection: StoreSocket?

    init(_ endpoints: [StoreAddresses.Endpoint], readsAreSerializable: Bool, timeout: Duration, first: Int) {
        self.endpoints = endpoints
        self.readsAreSerializable = readsAreSerializable
        self.timeout = timeout.nanoseconds
        place = first % endpoints.count
    }

    func perform(_ operation: StoreOperation) -> StoreAnswer {
        let answer = ask(operation, until: Clocks.monotonic() + timeout)
        switch answer {
        case .done, .value, .values: break
        case .failed, .unknown:
            connection = nil
            place = (place + 1) % endpoints.count
        }
        return answer
    }

    private func ask(_ operation: StoreOperation, until deadline: Int64) -> StoreAnswer {
        let endpoint = endpoints[place]
        let socket: StoreSocket
        if let connection {
            socket = connection
        } else {
            switch StoreSocket.open(endpoint.address, until: deadline) {
            case .opened(let opened): socket = opened
            case .failed(let why): return .failed(why)
            }
        }
        connection = nil
        let lost = { (why: String) -> StoreAnswer in operation.changesNothing ? .failed(why) : .unknown(why) }
        switch socket.send(request(operation, authority: endpoint.authority), until: deadline) {
        case .sent: break
        case .notSent(let why): return .failed(why)
        case .partly(let why): return lost(why)
        }
        var reader = HTTPAnswerReader()
        while true {
            let progress: HTTPAnswerReader.Progress
            switch socket.receive(until: deadline) {
            case .bytes(let bytes): progress = reader.feed(bytes)
            case .ended: progress = reader.end()
            case .failed(let why): return lost(why)
            }
            switch progress {
            case .incomplete: continue
            case .malformed: return lost("no answer of HTTP")
            case .whole(let status, let body, let reusable):
                if reusable { connection = socket }
                // An error may be told of something that goes on: "request timed out".
                guard status == 200 else { return lost("status \(status): \(EtcdAnswer.trouble(body))") }
                return EtcdAnswer.meaning(of: body, to: operation) ?? lost("an answer to something else")
            }
        }
    }

    private func request(_ operation: StoreOperation, authority: String) -> [UInt8] {
        let body: String
        let path: String
        switch operation {
        case .write(let key, let value): (path, body) = ("put", put(key, "\(value)"))
        case .add(let key, let value): (path, body) = ("put", put("\(key)/\(value)", "\(value)"))
        case .read(let key):
            let reads = readsAreSerializable ? #","serializable":true"# : ""
            (path, body) = ("range", #"{"key":"\#(EtcdAnswer.base64(key))"\#(reads)}"#)
        case .readAll(let key):
            // All that begins with "key/": up to "key0", since 0 follows /.
            let (first, end) = (EtcdAnswer.base64("\(key)/"), EtcdAnswer.base64("\(key)0"))
            (path, body) = ("range", #"{"key":"\#(first)","range_end":"\#(end)"}"#)
        }
        let head =
            "POST /v3/kv/\(path) HTTP/1.1\r\nHost: \(authority)\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(body.utf8.count)\r\n\r\n"
        return Array((head + body).utf8)
    }

    private func put(_ key: String, _ value: String) -> String {
        #"{"key":"\#(EtcdAnswer.base64(key))","value":"\#(EtcdAnswer.base64(value))"}"#
    }
}
