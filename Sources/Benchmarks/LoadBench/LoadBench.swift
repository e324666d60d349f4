import BenchSupport
import Glibc

/// Figures of the load engine beside its peers and known truths, on the loopback: the generator on processor 1, the server
/// on processor 0. Tables on standard output. Arguments: names of scenes (none is all), and `pairs=5`, `seconds=4`.
/// `generate …` is what a scene starts as the generator.
@main
enum LoadBench {
    static func main() async {
        let asked = Array(CommandLine.arguments.dropFirst())
        do {
            if asked.first == "generate" { return try await Generator.run(Array(asked.dropFirst())) }
            let names = asked.filter { !$0.contains("=") }
            let isAsked = { (name: String) in names.isEmpty || names.contains(name) }
            let pairs = number("pairs", in: asked) ?? 5
            let seconds = number("seconds", in: asked) ?? 4
            print(MachineFacts.read().words)
            if isAsked("recording") { RecordingCost.show() }
            if isAsked("rate") { try RateScene(pairs: pairs, seconds: seconds).show() }
            if isAsked("tls") { try RateScene(pairs: pairs, seconds: seconds, isSecured: true).show() }
            let beside = Pairs(count: pairs, seconds: seconds)
            if isAsked("redis") { try RedisScene(pairs: beside, underWay: 1).show() }
            if isAsked("pipeline") { try RedisScene(pairs: beside, underWay: 16).show() }
            if isAsked("postgres") { try PostgresScene(pairs: beside).show() }
            if isAsked("streams") { try StreamScene(pairs: beside).show() }
            if isAsked("lateness") { try LatenessScene(seconds: number("seconds", in: asked) ?? 30).show() }
            if isAsked("stall") { try TruthScene.stall() }
            if isAsked("kill") { try TruthScene.kill() }
            if isAsked("memory") { try MemoryScene.show() }
        } catch {
            print("bench-load: \(error)")
            exit(1)
        }
    }

    private static func number(_ key: String, in arguments: [String]) -> Int? {
        arguments.first { $0.hasPrefix("\(key)=") }.flatMap { Int($0.dropFirst(key.count + 1)) }
    }
}
