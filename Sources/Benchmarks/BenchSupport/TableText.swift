import Measures

/// Blanks behind, up to the width.
package func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}

package func micro(_ nanoseconds: Int64) -> String { "\((Double(nanoseconds) / 1000).fixed(1)) µs" }
