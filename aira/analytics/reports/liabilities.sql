-- title: Money in wallets
-- view: wallet_liabilities
-- note: Money that customers have paid in and not yet spent. Held: the part that pending debits reserve.
select l.currency, l.wallets, l.balance, l.held, l.inactive
from analytics.wallet_liabilities l
order by l.currency
