/// The model files that are part of the program, so that it answers from any folder.
public enum BundledModels {
  /// A model by its short name, and the text of its file.
  public struct Model: Sendable {
    public let name: String
    public let text: [UInt8]
  }

  /// Every bundled model, in the order in which `simulate models list` prints them.
  public static let all: [Model] = [
    Model(name: "balance-charge", text: PackageResources.balance_charge_json5),
    Model(name: "balance-deduct", text: PackageResources.balance_deduct_json5),
    Model(name: "balance-mixed", text: PackageResources.balance_mixed_json5),
    Model(name: "payment-same-key", text: PackageResources.payment_same_key_json5),
    Model(name: "order-create", text: PackageResources.order_create_json5),
    Model(name: "payment-process", text: PackageResources.payment_process_json5),
    Model(name: "coupon-issue", text: PackageResources.coupon_issue_json5),
    Model(name: "popular-products", text: PackageResources.popular_products_json5),
    Model(name: "order-and-payment", text: PackageResources.order_and_payment_json5),
    Model(name: "checkout-mix", text: PackageResources.checkout_mix_json5),
    Model(name: "aws-backoff", text: PackageResources.aws_backoff_json5),
    Model(name: "hot-row", text: PackageResources.hot_row_json5),
    Model(name: "connection-pool", text: PackageResources.connection_pool_json5),
    Model(name: "metastable-retries", text: PackageResources.metastable_retries_json5),
    Model(
      name: "agrawal-carey-livny-blocking",
      text: PackageResources.agrawal_carey_livny_blocking_json5),
    Model(
      name: "agrawal-carey-livny-immediate-restart",
      text: PackageResources.agrawal_carey_livny_immediate_restart_json5),
    Model(
      name: "agrawal-carey-livny-optimistic",
      text: PackageResources.agrawal_carey_livny_optimistic_json5),
    Model(name: "row-locks-thrashing", text: PackageResources.row_locks_thrashing_json5),
    Model(name: "driver-none", text: PackageResources.driver_none_json5),
    Model(name: "driver-optimistic", text: PackageResources.driver_optimistic_json5),
    Model(name: "driver-pessimistic", text: PackageResources.driver_pessimistic_json5),
    Model(name: "driver-redis", text: PackageResources.driver_redis_json5),
    Model(name: "driver-three", text: PackageResources.driver_three_json5),
    Model(name: "driver-deadlock", text: PackageResources.driver_deadlock_json5),
    Model(name: "driver-dup", text: PackageResources.driver_dup_json5),
  ]

  /// The JSON Schema of model files, from which editors know their words.
  public static let schema: [UInt8] = PackageResources.model_schema_json
}
