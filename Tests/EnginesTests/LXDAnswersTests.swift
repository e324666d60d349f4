import Containers
import Testing

@testable import Engines

/// What LXD 5.0 answered, and what it never would.
@Suite struct LXDAnswersTests {
    private static let list = """
        {"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":[
        {"architecture":"x86_64","config":{"image.description":"tiny","image.os":"Ubuntu","image.version":"22.04",
        "user.tier":"web","volatile.base_image":"282432fc46978e3c"},"devices":{"root":{"path":"/"}},"ephemeral":false,
        "profiles":["default"],"name":"web1","status":"Running","status_code":103,"type":"container","project":"default",
        "state":{"status":"Running","disk":{},"pid":20715,"processes":3}},
        {"config":{"volatile.base_image":"282432fc46978e3c050d"},"ephemeral":true,"name":"db","status":"Stopped",
        "type":"container","project":"shop","state":{"pid":0}},
        {"config":{},"name":"vm","status":"Running","type":"virtual-machine","state":{"pid":7}}]}
        """

    private static func read(_ bytes: [UInt8]) throws -> [Container] {
        try LXDAnswers.containers(bytes, of: .lxd)
    }

    @Test("the list says who is there, in the words of other engines, and leaves virtual machines out")
    func list() throws {
        let found = try Self.read(Array(Self.list.utf8))
        #expect(found.map(\.name) == ["web1", "db"] && found.map(\.id) == ["web1", "shop_db"])
        #expect(found.map(\.state) == ["running", "exited"] && found.map(\.initPid) == [20715, nil])
        #expect(found.map(\.image) == ["ubuntu:22.04", "282432fc4697"] && found[0].labels == ["tier": "web"])
        #expect(found.map { $0.unstartable != nil } == [false, true])
    }

    @Test("a container is asked for in its own project")
    func place() {
        let engine = Engine(.lxd, socket: "/x")
        let place = { (id: String, name: String) in
            LXDAnswers.place(of: ContainerReference(of: engine, id: id, name: name))
        }
        #expect(place("web1", "web1") == ("web1", "default"))
        #expect(place("shop_db", "db") == ("db", "shop"))
    }

    @Test("an answer that breaks off anywhere is an error; one with other bytes is an error or an answer")
    func cut() {
        let bytes = Array(Self.list.utf8)
        for end in bytes.indices {
            #expect(throws: EngineError.self) { try Self.read(Array(bytes[..<end])) }
        }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            var noisy = bytes
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                noisy[Int.random(in: noisy.indices, using: &generator)] = .random(
                    in: 0...255,
                    using: &generator
                )
            }
            if let read = try? Self.read(noisy) { #expect(read.count <= 3) }
            _ = LXDAnswers.operation(noisy)
        }
    }

    @Test("what an operation is called leads nowhere else")
    func operation() {
        let read = { (path: String) in LXDAnswers.operation(Array(#"{"operation":"\#(path)"}"#.utf8)) }
        #expect(read("/1.0/operations/72dd") == "/1.0/operations/72dd")
        #expect(read("http://elsewhere/") == nil && read("") == nil)
    }
}
