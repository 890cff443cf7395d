extension ListingTests {
  /// The whole listing under `optimistic`, checked by hand against DESIGN 4.1: a statement is a
  /// leg, its row lock, a core, the service, a leg; the transaction begins and ends with statements
  /// of its own.
  static let optimistic = """
    balance-charge · Balance charge
    strategy optimistic: UPDATE … WHERE version = ?
      distributed lock off, idempotency key off, fencing token off

    request charge: POST /api/users/{user}/balance/charge
      user: row __VU % 100 + 1 of users
       1  travel between client and service (lognormal, median 1ms, p95 3ms)
       2  take a request thread (200 an instance)                         else → 57
       3  take a core (4 an instance)
       4  compute (500us)
       5  give the core back
       6  retry up to 10 attempts on version-conflict, deadlock, backoff 50ms ×2 ≤ 30s
       7  attempt
       8  take a connection (20 an instance, waits 30s)                   else → 51
       9  travel between service and database (150us)
      10  take a core of the database (8)
      11  serve the statement (200us)
      12  give the core back
      13  begin (repeatable-read)
      14  travel between service and database (150us)
      15  travel between service and database (150us)
      16  take a core of the database (8)
      17  serve the statement (200us)
      18  give the core back
      19  read users[user].balance
      20  travel between service and database (150us)
      21  take a core (4 an instance)
      22  compute (1ms)
      23  give the core back
      24  travel between service and database (150us)
      25  lock row users[user] to UPDATE it (waits 50s)                   else → 31
      26  take a core of the database (8)
      27  serve the statement (200us)
      28  give the core back
      29  UPDATE users[user].balance = as read + 10000 WHERE version as read
      30  → 33
      31  travel between service and database (150us)
      32  pass the failure on                                             else → 39
      33  travel between service and database (150us)
      34  fail if no row was changed: version-conflict                    else → 39
      35  travel between service and database (150us)
      36  commit (2ms, group commit)
      37  travel between service and database (150us)
      38  → 46
      39  travel between service and database (150us)
      40  take a core of the database (8)
      41  serve the ROLLBACK (200us)
      42  give the core back
      43  roll back
      44  travel between service and database (150us)
      45  pass the failure on                                             else → 48
      46  give the connection back
      47  → 50
      48  give the connection back
      49  pass the failure on                                             else → 51
      50  → 52
      51  if the failure is retried and attempts are left: back off, → 7  else → 54
      52  respond 200
      53  → 55
      54  respond what the failure says
      55  give the thread back
      56  → 58
      57  respond what the failure says
      58  travel between client and service (lognormal, median 1ms, p95 3ms)
      59  the client has its answer

    load default: constant-vus, 1 user for 1m
      1  request charge with a new key
      2  sleep (1s)
      3  the iteration is over

    """

  /// The whole listing under `three-layer`, checked by hand against SEMANTICS 2.1 and DESIGN 4.
  static let threeLayer = """
    balance-charge · Balance charge
    strategy three-layer: UPDATE … WHERE version = ?
      distributed lock on, idempotency key on, fencing token off

    request charge: POST /api/users/{user}/balance/charge
      user: row __VU % 100 + 1 of users
        1  travel between client and service (lognormal, median 1ms, p95 3ms)
        2  take a request thread (200 an instance)                           else → 194
        3  take a core (4 an instance)
        4  compute (500us)
        5  give the core back
        6  wants lock balance:user:{user}, waits 10s
        7  travel between service and Redis (150us)
        8  take the one thread of Redis
        9  serve the command (20us)
       10  give the thread of Redis back
       11  try lock balance:user:{user} for 30s
       12  travel between service and Redis (150us)
       13  if it is locked now → 35
       14  fail if the wait is over                                          else → 191
       15  subscribe to unlocks; if the instance already has → 22
       16  travel between service and Redis (150us)
       17  take the one thread of Redis
       18  serve the command (20us)
       19  give the thread of Redis back
       20  travel between service and Redis (150us)
       21  the instance is subscribed
       22  fail if the wait is over                                          else → 32
       23  travel between service and Redis (150us)
       24  take the one thread of Redis
       25  serve the command (20us)
       26  give the thread of Redis back
       27  try lock balance:user:{user} for 30s
       28  travel between service and Redis (150us)
       29  if it is locked now → 34
       30  fail if the wait is over                                          else → 32
       31  wait for an unlock, the end of the lease or of the wait, then → 22
       32  unsubscribe
       33  pass the failure on                                               else → 191
       34  unsubscribe
       35  inside the lock
       36  take a connection (20 an instance, waits 30s)                     else → 180
       37  travel between service and database (150us)
       38  begin (repeatable-read)
       39  take a core of the database (8)
       40  serve the statement (200us)
       41  give the core back
       42  look the key up in charge_idempotency
       43  commit (2ms, group commit)
       44  travel between service and database (150us)
       45  give the connection back
       46  → 49
       47  give the connection back
       48  pass the failure on                                               else → 180
       49  key COMPLETED → 170, PROCESSING → 169, FAILED → 150, absent goes on
       50  take a connection (20 an instance, waits 30s)                     else → 180
       51  travel between service and database (150us)
       52  begin (repeatable-read)
       53  insert the key into charge_idempotency as PROCESSING (waits 50s)  else → 59
       54  take a core of the database (8)
       55  serve the statement (200us)
       56  give the core back
       57  commit (2ms, group commit)
       58  → 62
       59  roll back
       60  travel between service and database (150us)
       61  pass the failure on                                               else → 65
       62  travel between service and database (150us)
       63  give the connection back
       64  → 67
       65  give the connection back
       66  pass the failure on                                               else → 180
       67  if another was faster → 36
       68  retry up to 10 attempts on version-conflict, deadlock, backoff 50ms ×2 ≤ 30s
       69  attempt
       70  take a connection (20 an instance, waits 30s)                     else → 113
       71  travel between service and database (150us)
       72  take a core of the database (8)
       73  serve the statement (200us)
       74  give the core back
       75  begin (repeatable-read)
       76  travel between service and database (150us)
       77  travel between service and database (150us)
       78  take a core of the database (8)
       79  serve the statement (200us)
       80  give the core back
       81  read users[user].balance
       82  travel between service and database (150us)
       83  take a core (4 an instance)
       84  compute (1ms)
       85  give the core back
       86  travel between service and database (150us)
       87  lock row users[user] to UPDATE it (waits 50s)                     else → 93
       88  take a core of the database (8)
       89  serve the statement (200us)
       90  give the core back
       91  UPDATE users[user].balance = as read + 10000 WHERE version as read
       92  → 95
       93  travel between service and database (150us)
       94  pass the failure on                                               else → 101
       95  travel between service and database (150us)
       96  fail if no row was changed: version-conflict                      else → 101
       97  travel between service and database (150us)
       98  commit (2ms, group commit)
       99  travel between service and database (150us)
      100  → 108
      101  travel between service and database (150us)
      102  take a core of the database (8)
      103  serve the ROLLBACK (200us)
      104  give the core back
      105  roll back
      106  travel between service and database (150us)
      107  pass the failure on                                               else → 110
      108  give the connection back
      109  → 112
      110  give the connection back
      111  pass the failure on                                               else → 113
      112  → 114
      113  if the failure is retried and attempts are left: back off, → 69   else → 132
      114  take a connection (20 an instance, waits 30s)                     else → 180
      115  travel between service and database (150us)
      116  begin (repeatable-read)
      117  mark the key in charge_idempotency COMPLETED with 200             else → 123
      118  take a core of the database (8)
      119  serve the statement (200us)
      120  give the core back
      121  commit (2ms, group commit)
      122  → 126
      123  roll back
      124  travel between service and database (150us)
      125  pass the failure on                                               else → 129
      126  travel between service and database (150us)
      127  give the connection back
      128  → 131
      129  give the connection back
      130  pass the failure on                                               else → 180
      131  → 171
      132  take a connection (20 an instance, waits 30s)                     else → 180
      133  travel between service and database (150us)
      134  begin (repeatable-read)
      135  mark the key in charge_idempotency FAILED                         else → 141
      136  take a core of the database (8)
      137  serve the statement (200us)
      138  give the core back
      139  commit (2ms, group commit)
      140  → 144
      141  roll back
      142  travel between service and database (150us)
      143  pass the failure on                                               else → 147
      144  travel between service and database (150us)
      145  give the connection back
      146  → 149
      147  give the connection back
      148  pass the failure on                                               else → 180
      149  pass the failure on                                               else → 180
      150  take a connection (20 an instance, waits 30s)                     else → 180
      151  travel between service and database (150us)
      152  begin (repeatable-read)
      153  set the key in charge_idempotency from FAILED to PROCESSING       else → 159
      154  take a core of the database (8)
      155  serve the statement (200us)
      156  give the core back
      157  commit (2ms, group commit)
      158  → 162
      159  roll back
      160  travel between service and database (150us)
      161  pass the failure on                                               else → 165
      162  travel between service and database (150us)
      163  give the connection back
      164  → 167
      165  give the connection back
      166  pass the failure on                                               else → 180
      167  if another was faster → 36
      168  → 68
      169  fail: the key is another's, or has failed                         else → 180
      170  answer what is stored with the key
      171  about to leave lock balance:user:{user}
      172  travel between service and Redis (150us)
      173  take the one thread of Redis
      174  serve the command (20us)
      175  give the thread of Redis back
      176  unlock, if the lock is still held
      177  travel between service and Redis (150us)
      178  fail if it was held no longer                                     else → 191
      179  → 189
      180  about to leave lock balance:user:{user}
      181  travel between service and Redis (150us)
      182  take the one thread of Redis
      183  serve the command (20us)
      184  give the thread of Redis back
      185  unlock, if the lock is still held
      186  travel between service and Redis (150us)
      187  fail if it was held no longer                                     else → 191
      188  pass the failure on                                               else → 191
      189  respond 200
      190  → 192
      191  respond what the failure says
      192  give the thread back
      193  → 195
      194  respond what the failure says
      195  travel between client and service (lognormal, median 1ms, p95 3ms)
      196  the client has its answer

    load default: constant-vus, 1 user for 1m
      1  request charge with a new key
      2  sleep (1s)
      3  the iteration is over

    """
}
