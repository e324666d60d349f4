import Containers
import Testing

@testable import Engines

/// What Docker 20.10 and Podman 4.3 answered, and what they never would.
@Suite struct EngineAnswersTests {
    private static let id = "3cfd837e408affcbfb0c21032d522d942d50cb00dd23747df3d40117c5ea4816"
    private static let docker = """
        [{"Id":"\(id)","Names":["/web1"],"Image":"faultline-test:1","ImageID":"sha256:d562","Command":"sh -c 'sleep 1000'",
        "Created":1795761406,"Ports":[],"Labels":{"tier":"web"},"State":"running","Status":"Up Less than a second",
        "HostConfig":{"NetworkMode":"none"},"NetworkSettings":{"Networks":{"none":{"IPAMConfig":null}}},"Mounts":[]}]
        """
    private static let podman = """
        [{"Id":"\(id)","Names":["/web1"],"Image":"localhost/faultline-test:1","ImageID":"sha256:81d2","Command":"sh",
        "Created":1795761422,"Ports":[],"Labels":null,"State":"exited","Status":"Up","NetworkSettings":{"Networks":null},
        "Mounts":[],"Name":"","Config":null,"NetworkingConfig":null,"Platform":null,"AdjustCPUShares":false}]
        """
    private static func inspected(_ state: String, _ host: String = "") -> [UInt8] {
        Array(#"{"Id":"\#(id)","Created":"2026-11-27T06:36:46Z","State":{\#(state)}\#(host)}"#.utf8)
    }

    private static let web = Container(engine: .docker, id: id, name: "web1", image: "x", state: "running")

    @Test("a list of either engine says who is there")
    func lists() throws {
        let ours = try EngineAnswers.containers(Array(Self.docker.utf8), of: .docker)
        #expect(ours.map(\.name) == ["web1"] && ours[0].isRunning && ours[0].labels == ["tier": "web"])
        let theirs = try EngineAnswers.containers(Array(Self.podman.utf8), of: .podman)
        #expect(theirs.map(\.image) == ["localhost/faultline-test:1"] && !theirs[0].isRunning)
        #expect(theirs[0].labels.isEmpty)
        #expect(try EngineAnswers.containers(Array("[]".utf8), of: .podman).isEmpty)
    }

    @Test("the leader is told of one that runs, and of no other")
    func details() throws {
        let details = { (state: String, host: String) in
            try EngineAnswers.details(Self.inspected(state, host), of: Self.web)
        }
        #expect(try details(#""Running":true,"Pid":7691"#, "").initPid == 7691)
        #expect(try details(#""Running":false,"Pid":0"#, "").initPid == nil)
        #expect(try details(#""Running":true,"Pid":-1"#, "").initPid == nil)
        #expect(try details(#""Running":true"#, "").unstartable == nil)
        #expect(try details(#""Pid":1"#, #","HostConfig":{"AutoRemove":true}"#).unstartable != nil)
        let other = Self.inspected("").map { $0 == UInt8(ascii: "3") ? UInt8(ascii: "4") : $0 }
        #expect(throws: EngineError.self) { try EngineAnswers.details(other, of: Self.web) }
    }

    @Test("an answer that breaks off anywhere is an error with the engine's name")
    func cut() {
        let bytes = Array(Self.docker.utf8)
        for end in bytes.indices {
            let error = #expect(throws: EngineError.self) {
                try EngineAnswers.containers(Array(bytes[..<end]), of: .docker)
            }
            #expect(error?.message.hasPrefix("docker's list of containers cannot be read") == true)
        }
    }

    @Test("an answer with other bytes in it is an error or an answer, and nothing worse")
    func noise() {
        var generator = SystemRandomNumberGenerator()
        for text in [Self.docker, Self.podman] {
            for _ in 0..<2_000 {
                var bytes = Array(text.utf8)
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
                        in: 0...255,
                        using: &generator
                    )
                }
                if let read = try? EngineAnswers.containers(bytes, of: .docker) { #expect(read.count <= 1) }
                _ = try? EngineAnswers.details(bytes, of: Self.web)
                _ = EngineAnswers.complaint(bytes)
            }
        }
    }

    @Test("an engine's own words are told, where it has some")
    func complaint() {
        #expect(
            EngineAnswers.complaint(Array(#"{"message":"No such container: x"}"#.utf8))
                == "No such container: x"
        )
        #expect(EngineAnswers.complaint([]) == nil)
    }

    @Test("a socket's path in a URL means that path; one that is none is not asked")
    func url() {
        #expect(URLText.url(socket: "/run/docker.sock", "/x?y=1") == "http+unix://%2Frun%2Fdocker.sock/x?y=1")
        #expect(URLText.url(socket: "/ä", "/") == "http+unix://%2F%C3%A4/")
        #expect(URLText.url(socket: "docker.sock", "/") == nil)
        #expect(URLText.url(socket: "/" + String(repeating: "a", count: 120), "/") == nil)
    }
}
