import BenchSupport
import Glibc

/// Figures of how soon a fault acts, beside the command lines that do the same: two namespaces joined by a veth. Needs root.
/// Tables on standard output. Arguments: `partition`, `delay`; none is both.
@main
enum ArmingBench {
    static func main() {
        let asked = CommandLine.arguments.dropFirst()
        do {
            print(MachineFacts.read().words)
            let network = try ArmingNetwork()
            if asked.isEmpty || asked.contains("partition") { try PartitionFigures.show(network) }
            if asked.isEmpty || asked.contains("delay") { try DelayFigures.show(network) }
        } catch {
            print("arming-bench: \(error)")
            exit(1)
        }
    }
}
