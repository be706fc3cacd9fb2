// Written by `manage.py types` from a migrated database. A test compares them. Pass it to supabase-js:
//
//     createClient<Database>(url, key)
//
// The lines above a table list the columns that each role may select, insert and update. Other columns are refused
// with 42501. Columns that no role can write are `never`. Amounts are numeric(10,2), which JSON carries as a number:
// convert them to cents before you add them up.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  public: {
    Tables: {
      /**
       * An appointment of a customer with a business, from every source. The database refuses one beyond the
       * capacity.
       *
       * authenticated: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
       *   external_id, id, notes, scheduled_at, service_type, source, status, user_id; update business_id,
       *   customer_email, customer_name, customer_phone, duration, external_id, id, notes, scheduled_at,
       *   service_type, source, status, user_id
       * voice_agent: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
       *   external_id, id, notes, scheduled_at, service_type, source, status, user_id; update business_id,
       *   customer_email, customer_name, customer_phone, duration, external_id, notes, scheduled_at,
       *   service_type, source, status
       * service_role: select all; insert all; update all
       */
      appointments: {
        Row: {
          /** Minutes kept free after it, as the rules were when it got its place. Set by the database. */
          buffer_after: number
          /** Minutes kept free before it, as the rules were when it got its place. Set by the database. */
          buffer_before: number
          /** The business that is visited. */
          business_id: string
          /** Start of the time that it takes up, with the buffer before it. Set by the database. */
          busy_from: string | null
          /** End of the time that it takes up, with the buffer after it. Set by the database. */
          busy_to: string | null
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** The customer's e-mail. At most 254 characters. */
          customer_email: string | null
          /** The customer's name. At most 200 characters, one line. */
          customer_name: string
          /** The customer's phone number in any spelling. At most 40 characters. */
          customer_phone: string | null
          /** Since when the row is in the trash; empty while it is alive. A DELETE sets it. */
          deleted_at: string | null
          /** Minutes, 1 to 1440. */
          duration: number
          /** Twilio CallSid, web booking id, …: a booking that is sent again finds the first one by it. */
          external_id: string | null
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** Free text. At most 10,000 characters; a cancellation adds its reason. */
          notes: string | null
          /** Start of the appointment, with time zone. */
          scheduled_at: string
          /** What full-text search looks through. Set by the database. */
          search: unknown
          /** What was booked, in the business's words. */
          service_type: string | null
          /** Tells apart appointments at the same time; empty unless it is confirmed. Set by the database. */
          slot_number: number | null
          /** How the appointment was booked. */
          source: Database["public"]["Enums"]["appointment_source"]
          /** Only confirmed appointments take up time. */
          status: Database["public"]["Enums"]["appointment_status"]
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /** The account that the business belongs to. Set by the database when it is left out. */
          user_id: string
        }
        Insert: {
          buffer_after?: never
          buffer_before?: never
          business_id: string
          busy_from?: never
          busy_to?: never
          created_at?: string
          customer_email?: string | null
          customer_name: string
          customer_phone?: string | null
          deleted_at?: never
          duration?: number
          external_id?: string | null
          id?: string
          notes?: string | null
          scheduled_at: string
          search?: never
          service_type?: string | null
          slot_number?: never
          source?: Database["public"]["Enums"]["appointment_source"]
          status?: Database["public"]["Enums"]["appointment_status"]
          updated_at?: string
          user_id?: string
        }
        Update: {
          buffer_after?: never
          buffer_before?: never
          business_id?: string
          busy_from?: never
          busy_to?: never
          created_at?: string
          customer_email?: string | null
          customer_name?: string
          customer_phone?: string | null
          deleted_at?: never
          duration?: number
          external_id?: string | null
          id?: string
          notes?: string | null
          scheduled_at?: string
          search?: never
          service_type?: string | null
          slot_number?: never
          source?: Database["public"]["Enums"]["appointment_source"]
          status?: Database["public"]["Enums"]["appointment_status"]
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "appointment_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: false
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * How a business takes appointments; one without a row has these defaults.
       *
       * authenticated: select all; insert buffer_after, buffer_before, business_id, capacity, id,
       *   max_days_ahead, min_notice, slot_step, user_id; update buffer_after, buffer_before, business_id,
       *   capacity, id, max_days_ahead, min_notice, slot_step, user_id
       * voice_agent: select all
       * service_role: select all; insert all; update all
       */
      booking_rules: {
        Row: {
          /** Minutes kept free after each, 0 to 1440. */
          buffer_after: number
          /** Minutes kept free before each, 0 to 1440. */
          buffer_before: number
          /** The business that takes the appointments. One row a business. */
          business_id: string
          /** Appointments at the same time, 1 to 1000. */
          capacity: number
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** How many days ahead can be booked, 0 to 3650. */
          max_days_ahead: number
          /** Minutes between booking and start, 0 to 525600. */
          min_notice: number
          /** Minutes between offered starts, 1 to 1440; empty means the duration asked for. */
          slot_step: number | null
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /** The account that the business belongs to. Set by the database when it is left out. */
          user_id: string
        }
        Insert: {
          buffer_after?: number
          buffer_before?: number
          business_id: string
          capacity?: number
          created_at?: string
          id?: string
          max_days_ahead?: number
          min_notice?: number
          slot_step?: number | null
          updated_at?: string
          user_id?: string
        }
        Update: {
          buffer_after?: number
          buffer_before?: number
          business_id?: string
          capacity?: number
          created_at?: string
          id?: string
          max_days_ahead?: number
          min_notice?: number
          slot_step?: number | null
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "booking_rules_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: true
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * A phone number that customers call. It is bought and configured by the UI's server.
       *
       * authenticated: select all; update business_id, display_name, is_primary, notes
       * voice_agent: select all
       * service_role: select all; insert all; update all
       */
      business_numbers: {
        Row: {
          /** The business that answers. Empty while the number is assigned to none. */
          business_id: string | null
          /** {"voice": true, "sms": true, …}, of voice, sms, mms and fax. */
          capabilities: Json | null
          /** ISO 3166 code of its country, such as US. */
          country_code: string
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** Since when the row is in the trash; empty while it is alive. A DELETE sets it. */
          deleted_at: string | null
          /** What staff and owners call the number. */
          display_name: string
          /** A JSON list of what the provider adds to the number. At most 64 kB. */
          features: NonNullable<Json>
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** An inactive number is not answered. */
          is_active: boolean
          /** A business has at most one primary number. */
          is_primary: boolean
          /** In the currency that the provider bills in. */
          monthly_cost: number | null
          /** Free text of its owner and of staff. At most 10,000 characters. */
          notes: string | null
          /** What kind of number it is. */
          number_type: Database["public"]["Enums"]["business_number_type"]
          /** E.164, such as +14155550123. */
          phone_number: string
          /** Who the number was bought from. */
          provider: string
          /** When it was bought. */
          purchase_date: string | null
          /** Where Twilio sends text messages: an http or https address. */
          sms_url: string | null
          /** Where Twilio reports what became of a call: an http or https address. */
          status_callback_url: string | null
          /** Twilio's id of the account that it was bought with. */
          twilio_account_sid: string | null
          /** Twilio's id of the number. */
          twilio_sid: string | null
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /** The account that the number belongs to. Left out, it is the owner of the business. */
          user_id: string
          /** The Voice Agent's address; filled in when it is left empty. */
          voice_url: string | null
        }
        Insert: {
          business_id?: string | null
          capabilities?: Json | null
          country_code: string
          created_at?: string
          deleted_at?: never
          display_name: string
          features?: NonNullable<Json>
          id?: string
          is_active?: boolean
          is_primary?: boolean
          monthly_cost?: number | null
          notes?: string | null
          number_type: Database["public"]["Enums"]["business_number_type"]
          phone_number: string
          provider?: string
          purchase_date?: string | null
          sms_url?: string | null
          status_callback_url?: string | null
          twilio_account_sid?: string | null
          twilio_sid?: string | null
          updated_at?: string
          user_id?: string
          voice_url?: string | null
        }
        Update: {
          business_id?: string | null
          capabilities?: Json | null
          country_code?: string
          created_at?: string
          deleted_at?: never
          display_name?: string
          features?: NonNullable<Json>
          id?: string
          is_active?: boolean
          is_primary?: boolean
          monthly_cost?: number | null
          notes?: string | null
          number_type?: Database["public"]["Enums"]["business_number_type"]
          phone_number?: string
          provider?: string
          purchase_date?: string | null
          sms_url?: string | null
          status_callback_url?: string | null
          twilio_account_sid?: string | null
          twilio_sid?: string | null
          updated_at?: string
          user_id?: string
          voice_url?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "number_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: false
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * A business profile: what the Voice Agent answers for, and the parent of its owner's other rows.
       *
       * authenticated: select all; insert address, business_hours, business_type, description, email, id,
       *   is_active, logo_url, name, phone_number, timezone, user_id, website; update address, business_hours,
       *   business_type, description, email, id, is_active, logo_url, name, phone_number, timezone, user_id,
       *   website
       * voice_agent: select all
       * kb_updater: select id, name
       * service_role: select all; insert all; update all
       */
      business_v2: {
        Row: {
          /** Postal address, on one or more lines. At most 500 characters. */
          address: string | null
          /** Opening hours in local time; empty means 09:00–18:00 every day. */
          business_hours: Json | null
          /** restaurant, retail or service. */
          business_type: string
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** Since when the row is in the trash; empty while it is alive. A DELETE sets it. */
          deleted_at: string | null
          /** What the business is and offers. At most 10,000 characters. */
          description: string | null
          /** The e-mail that customers write to. */
          email: string | null
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** An inactive business is not found by the numbers that customers call. */
          is_active: boolean
          /** Address of a picture, http or https. */
          logo_url: string | null
          /** What the business is called. At most 200 characters, one line. */
          name: string
          /** Where people answer, in E.164 form, such as +14155550123. */
          phone_number: string | null
          /** What full-text search looks through. Set by the database. */
          search: unknown
          /** IANA name, such as Europe/Berlin. Opening hours and days of reports are local to it. */
          timezone: string
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /**
           * The account that the business belongs to. Left out, it is the caller's; a service has to say it.
           */
          user_id: string
          /** The business's web address, http or https. */
          website: string | null
        }
        Insert: {
          address?: string | null
          business_hours?: Json | null
          business_type: string
          created_at?: string
          deleted_at?: never
          description?: string | null
          email?: string | null
          id?: string
          is_active?: boolean
          logo_url?: string | null
          name: string
          phone_number?: string | null
          search?: never
          timezone?: string
          updated_at?: string
          user_id?: string
          website?: string | null
        }
        Update: {
          address?: string | null
          business_hours?: Json | null
          business_type?: string
          created_at?: string
          deleted_at?: never
          description?: string | null
          email?: string | null
          id?: string
          is_active?: boolean
          logo_url?: string | null
          name?: string
          phone_number?: string | null
          search?: never
          timezone?: string
          updated_at?: string
          user_id?: string
          website?: string | null
        }
        Relationships: [
        ]
      }
      /**
       * A file that a business uploads, and what the KB Updater made of it.
       *
       * authenticated: select all; insert business_id, file_name, file_path, file_size, id, mime_type, user_id;
       *   update file_name
       * kb_updater: select all; update chunk_count, processing_error, processing_status, vector_db_id
       * service_role: select all; insert all; update all
       */
      documents: {
        Row: {
          /** Number of the current attempt, from 1. Set by the database. */
          attempts: number
          /** The business that uploaded it. */
          business_id: string
          /** Into how many chunks it was cut. Set by the KB Updater. */
          chunk_count: number
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** Since when the row is in the trash; empty while it is alive. A DELETE sets it. */
          deleted_at: string | null
          /** As the uploader called the file. At most 255 characters, one line. */
          file_name: string
          /** Where the file is in the storage. What a user writes begins with the business's id and “/”. */
          file_path: string
          /** Bytes. */
          file_size: number | null
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** Such as application/pdf. */
          mime_type: string | null
          /** When it was completed or failed. Set by the database. */
          processed_at: string | null
          /** Why it failed, in words for its owner. At most 10,000 characters. */
          processing_error: string | null
          /** When the current attempt was taken up. Set by the database. */
          processing_started_at: string | null
          /** What the KB Updater has done with it. */
          processing_status: Database["public"]["Enums"]["processing_status"]
          /** How often it was stuck in processing since it was last queued by hand. Set by the database. */
          rescues: number
          /** What full-text search looks through. Set by the database. */
          search: unknown
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /** The account that the business belongs to. Set by the database when it is left out. */
          user_id: string
          /** Where its vectors are. Set by the KB Updater. */
          vector_db_id: string | null
        }
        Insert: {
          attempts?: number
          business_id: string
          chunk_count?: number
          created_at?: string
          deleted_at?: never
          file_name: string
          file_path: string
          file_size?: number | null
          id?: string
          mime_type?: string | null
          processed_at?: never
          processing_error?: string | null
          processing_started_at?: string | null
          processing_status?: Database["public"]["Enums"]["processing_status"]
          rescues?: never
          search?: never
          updated_at?: string
          user_id?: string
          vector_db_id?: string | null
        }
        Update: {
          attempts?: number
          business_id?: string
          chunk_count?: number
          created_at?: string
          deleted_at?: never
          file_name?: string
          file_path?: string
          file_size?: number | null
          id?: string
          mime_type?: string | null
          processed_at?: never
          processing_error?: string | null
          processing_started_at?: string | null
          processing_status?: Database["public"]["Enums"]["processing_status"]
          rescues?: never
          search?: never
          updated_at?: string
          user_id?: string
          vector_db_id?: string | null
        }
        Relationships: [
          {
            foreignKeyName: "document_in_own_business"
            columns: ["business_id", "user_id"]
            isOneToOne: false
            referencedRelation: "business_v2"
            referencedColumns: ["id", "user_id"]
          },
        ]
      }
      /**
       * One posting: what was added to a wallet's balance, and what it came to. Written by the posting trigger
       * alone.
       *
       * authenticated: select all
       * service_role: select all
       */
      ledger_entries: {
        Row: {
          /** What was added to the balance; negative for what was taken. */
          amount: number
          /** The balance of that currency after it. */
          balance_after: number
          /** The other side, such as stripe, number, adjustment or account_closed. */
          contra: string
          /** When it was posted. It rises with seq. */
          created_at: string
          /** USD or INR. */
          currency: string
          /** SHA-256 over the entry and the hash of the one before it. */
          hash: string
          /** Random. */
          id: string
          /** opening, post, refund, reinstate or close. */
          kind: string
          /** Number of the entry in its wallet, from 1, without gaps. */
          seq: number
          /** What was posted; empty for an opening and a closing entry. */
          transaction_id: string | null
          /** The same: an entry never changes. */
          updated_at: string
          /** The account that the money belonged to. It may be gone: entries stay. */
          user_id: string
          /** The wallet that was posted to. It may be gone: entries stay. */
          wallet_id: string
        }
        Insert: {
          amount?: never
          balance_after?: never
          contra?: never
          created_at?: never
          currency?: never
          hash?: never
          id?: never
          kind?: never
          seq?: never
          transaction_id?: never
          updated_at?: never
          user_id?: never
          wallet_id?: never
        }
        Update: {
          amount?: never
          balance_after?: never
          contra?: never
          created_at?: never
          currency?: never
          hash?: never
          id?: never
          kind?: never
          seq?: never
          transaction_id?: never
          updated_at?: never
          user_id?: never
          wallet_id?: never
        }
        Relationships: [
        ]
      }
      /**
       * Money coming in or going out. A completed one is posted to the ledger, once, and then stays as it is.
       *
       * authenticated: select all
       * service_role: select all; insert all; update all
       */
      transactions: {
        Row: {
          /** In its currency, two decimals, greater than 0. */
          amount: number
          /** The number that the charge is for. */
          business_number_id: string | null
          /** When it was completed. Set by the database. */
          completed_at: string | null
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** USD or INR. */
          currency: string
          /** What it is for. At most 10,000 characters. */
          description: string | null
          /** The part of a payment that open and lost disputes claim, in its currency. Set by the database. */
          disputed_amount: number
          /** When an uncaptured hold is released; empty for never. */
          expires_at: string | null
          /** A pending debit that reserves its amount. */
          hold: boolean
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** Chosen by the caller: the same key records once. Once in an account. */
          idempotency_key: string | null
          /** JSON of the service that recorded it. At most 64 kB. */
          metadata: NonNullable<Json>
          /** All that went back, refunds and disputes, in its currency. Raising it refunds the difference. */
          refunded_amount: number
          /** A completed one is posted to the ledger, once. */
          status: Database["public"]["Enums"]["transaction_status"]
          /** Stripe's id of the payment. Once for each type. */
          stripe_payment_intent_id: string | null
          /** A credit adds to the wallet, a debit takes from it. */
          type: Database["public"]["Enums"]["transaction_type"]
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /** The account whose wallet it moves. */
          user_id: string
        }
        Insert: {
          amount: number
          business_number_id?: string | null
          completed_at?: string | null
          created_at?: string
          currency: string
          description?: string | null
          disputed_amount?: number
          expires_at?: string | null
          hold?: boolean
          id?: string
          idempotency_key?: string | null
          metadata?: NonNullable<Json>
          refunded_amount?: number
          status?: Database["public"]["Enums"]["transaction_status"]
          stripe_payment_intent_id?: string | null
          type: Database["public"]["Enums"]["transaction_type"]
          updated_at?: string
          user_id: string
        }
        Update: {
          amount?: number
          business_number_id?: string | null
          completed_at?: string | null
          created_at?: string
          currency?: string
          description?: string | null
          disputed_amount?: number
          expires_at?: string | null
          hold?: boolean
          id?: string
          idempotency_key?: string | null
          metadata?: NonNullable<Json>
          refunded_amount?: number
          status?: Database["public"]["Enums"]["transaction_status"]
          stripe_payment_intent_id?: string | null
          type?: Database["public"]["Enums"]["transaction_type"]
          updated_at?: string
          user_id?: string
        }
        Relationships: [
          {
            foreignKeyName: "transactions_business_number_id_fkey"
            columns: ["business_number_id"]
            isOneToOne: false
            referencedRelation: "business_numbers"
            referencedColumns: ["id"]
          },
        ]
      }
      /**
       * One account's money. The posting trigger alone moves balances; no role may write them.
       *
       * authenticated: select all
       * service_role: select all; insert all; update all
       */
      wallets: {
        Row: {
          /** Indian rupees, held ones included. Moved by postings alone. */
          balance_inr: number
          /** US dollars, held ones included. Moved by postings alone. */
          balance_usd: number
          /** When the row was inserted. Times are with time zone. */
          created_at: string
          /** What new charges are made in: USD or INR. */
          currency: string
          /** Indian rupees that pending debits reserve. Set by the database. */
          held_inr: number
          /** US dollars that pending debits reserve. Set by the database. */
          held_usd: number
          /** Chosen by whoever inserts, else random. It never changes. */
          id: string
          /** An inactive wallet takes credits and no debits. */
          is_active: boolean
          /** Time of the newest entry of the wallet's ledger. Set by the database. */
          ledger_at: string | null
          /** Hash of the newest entry of the wallet's ledger. Set by the database. */
          ledger_hash: string | null
          /** Number of the newest entry of the wallet's ledger. Set by the database. */
          ledger_seq: number
          /**
           * Stopped because the payment provider took back money that it does not have. Set by the database.
           */
          stopped_by_provider: boolean
          /** When the row was last written, set by the database whatever was sent. */
          updated_at: string
          /** The account that the money belongs to. One wallet an account. */
          user_id: string
        }
        Insert: {
          balance_inr?: never
          balance_usd?: never
          created_at?: never
          currency?: string
          held_inr?: never
          held_usd?: never
          id?: never
          is_active?: boolean
          ledger_at?: never
          ledger_hash?: never
          ledger_seq?: never
          stopped_by_provider?: never
          updated_at?: never
          user_id: string
        }
        Update: {
          balance_inr?: never
          balance_usd?: never
          created_at?: never
          currency?: string
          held_inr?: never
          held_usd?: never
          id?: never
          is_active?: boolean
          ledger_at?: never
          ledger_hash?: never
          ledger_seq?: never
          stopped_by_provider?: never
          updated_at?: never
          user_id?: never
        }
        Relationships: [
        ]
      }
    }
    Views: {
      /**
       * How many appointments the caller's businesses have, by day, source and status; the trash does not
       * count.
       *
       * authenticated: select all
       */
      appointments_by_day: {
        Row: {
          /** How many. */
          appointments: number | null
          /** The business. */
          business_id: string | null
          /** Of the business's time zone. */
          day: string | null
          /** Their durations added up. */
          minutes: number | null
          /** What the figures are as of. */
          refreshed_at: string | null
          /** How they were booked. */
          source: Database["public"]["Enums"]["appointment_source"] | null
          /** What became of them. */
          status: Database["public"]["Enums"]["appointment_status"] | null
        }
        Relationships: [
        ]
      }
      /**
       * Processing of the caller's documents by day; the trash does not count.
       *
       * authenticated: select all
       */
      document_processing_by_day: {
        Row: {
          /** Documents whose last processing ended well that day. */
          completed: number | null
          /** Of UTC. */
          day: string | null
          /** Documents whose last processing failed that day. */
          failed: number | null
          /** Of processing, from its start to its end. */
          median_seconds: number | null
          /** What 95 of 100 took at most. */
          p95_seconds: number | null
          /** What the figures are as of. */
          refreshed_at: string | null
          /** Documents that were created that day. */
          uploaded: number | null
        }
        Relationships: [
        ]
      }
      /**
       * What the caller's numbers in use cost a month, by provider and type: active ones that are not in the
       * trash.
       *
       * authenticated: select all
       */
      number_costs: {
        Row: {
          /** All together, in the currency that the provider bills in. */
          monthly_cost: number | null
          /** What kind of numbers they are. */
          number_type: Database["public"]["Enums"]["business_number_type"] | null
          /** How many. */
          numbers: number | null
          /** Who the numbers were bought from. */
          provider: string | null
          /** What the figures are as of. */
          refreshed_at: string | null
          /** Numbers without a cost. */
          unknown: number | null
        }
        Relationships: [
        ]
      }
      /**
       * What the caller's account spent, by day and currency; see analytics.daily_revenue.
       *
       * authenticated: select all
       */
      spending_by_day: {
        Row: {
          /** Opening balances of the adoption, less what was left when the account was closed. */
          carried: number | null
          /** How the balance changed, all of these together. */
          change: number | null
          /** USD or INR. */
          currency: string | null
          /** Of UTC. */
          day: string | null
          /** Top-ups that were given back. */
          paid_back: number | null
          /** What the figures are as of. */
          refreshed_at: string | null
          /** Charges that were given back. */
          refunded: number | null
          /** Charges. */
          spent: number | null
          /** What came into the wallet. */
          topped_up: number | null
        }
        Relationships: [
        ]
      }
      /**
       * How full the caller's businesses are, from 90 days ago to 14 ahead; days without an open minute have no
       * row.
       *
       * authenticated: select all
       */
      utilisation_by_day: {
        Row: {
          /** Of confirmed, completed and missed appointments, within the open hours, without buffers. */
          booked_minutes: number | null
          /** The business. */
          business_id: string | null
          /** Appointments at the same time, as of now. */
          capacity: number | null
          /** Of the business's time zone. */
          day: string | null
          /** How long it is open; an interval over midnight belongs to the day it opens. */
          open_minutes: number | null
          /** What the figures are as of. */
          refreshed_at: string | null
          /** Booked_minutes / (open_minutes × capacity): 0.5 is half full. */
          utilisation: number | null
        }
        Relationships: [
        ]
      }
    }
    Functions: {
      /**
       * Confirmed appointments to come that are there at the same time as more others than the business takes,
       * its buffers included: those that came
       * back with their business, or stayed, after its capacity was lowered. In order. No rows for an unknown
       * business, or another tenant's.
       *
       * authenticated, service_role
       */
      appointments_above_capacity: {
        Args: {
          p_business_id: string
        }
        Returns: {
          appointment_id: string | null
          scheduled_at: string | null
          duration: number | null
        }[]
      }
      /**
       * The times between p_from and p_to (not included) at which an appointment of p_duration minutes can
       * begin, in order: on a grid
       * from each opening, inside the opening hours, with room for one more. free: how many more fit;
       * local_start: in the
       * business's zone, with its offset. No rows for an unknown business.
       * p_step: minutes; null for the business's own, or the duration. p_limit: 1 to 1000.
       * Errors: 22023 for what is missing, infinite, out of range, or longer than 62 days.
       *
       * authenticated, voice_agent, service_role
       */
      available_slots: {
        Args: {
          p_business_id: string
          p_from: string
          p_to: string
          p_duration?: number
          p_step?: number
          p_limit?: number
        }
        Returns: {
          starts_at: string
          ends_at: string
          local_start: string
          free: number
        }[]
      }
      /**
       * Checks and books in one: nobody comes between. One row: outcome and appointment_id.
       * outcome: booked; already_booked (the same external id and time: the same row, however often it is
       * sent);
       * external_id_conflict (the same external id at another time: send a second booking of one call as
       * CAxxx:2); retry (a stricter
       * isolation level saw an old state: begin a new transaction); or what check_appointment_time says.
       * p_duration: minutes.
       *
       * authenticated, voice_agent, service_role
       */
      book_appointment: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_customer_name: string
          p_duration?: number
          p_customer_phone?: string
          p_customer_email?: string
          p_source?: Database["public"]["Enums"]["appointment_source"]
          p_external_id?: string
          p_service_type?: string
          p_notes?: string
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /**
       * Cancels an appointment; its time is free at once. One row: outcome (cancelled, already_cancelled,
       * not_confirmed,
       * unknown_appointment) and appointment_id. p_reason is added to the notes.
       *
       * authenticated, voice_agent, service_role
       */
      cancel_appointment: {
        Args: {
          p_appointment_id: string
          p_reason?: string
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /**
       * Whether a business takes an appointment at a time: ok, or the first that applies of missing_argument,
       * invalid_time,
       * invalid_duration, unknown_business, in_past, too_soon, too_far_ahead, outside_hours, fully_booked.
       * Never null, never raises.
       * p_duration: minutes. p_exclude: an appointment that is to move there. To a user, another tenant's
       * business is unknown_business.
       *
       * authenticated, voice_agent, service_role
       */
      check_appointment_time: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_duration?: number
          p_exclude?: string
        }
        Returns: string
      }
      /**
       * The customer's bank takes a payment back. Takes what the wallet can spend; when that is not all, the
       * wallet is set inactive
       * and a pending debit stands for the rest, to be completed when money comes in.
       * p_amount: in the transaction's currency; null for what is left of it. A repeated p_idempotency_key does
       * nothing more.
       * Errors: 23514 dispute_of_completed_credit, refund_exceeds_amount; 23505 idempotency_key_reused.
       *
       * service_role
       */
      dispute_transaction: {
        Args: {
          p_transaction_id: string
          p_amount?: number
          p_reason?: string
          p_idempotency_key?: string
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
        SetofOptions: {
          from: "*"
          to: "transactions"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      /**
       * The KB Updater is done with a document; p_attempt as in document_started, which is implied.
       * Answers completed; anything else: nothing was changed (failed, stale_attempt, unknown_document).
       * Errors: 23514 document_chunks_not_negative.
       *
       * kb_updater, service_role
       */
      document_completed: {
        Args: {
          p_document_id: string
          p_attempt: number
          p_vector_db_id: string
          p_chunk_count: number
        }
        Returns: string
      }
      /**
       * The KB Updater gives a document up; p_attempt as in document_started, which is implied.
       * Of a longer error its first 10,000 characters are kept.
       * Answers failed; anything else: nothing was changed (completed, stale_attempt, unknown_document).
       *
       * kb_updater, service_role
       */
      document_failed: {
        Args: {
          p_document_id: string
          p_attempt: number
          p_error: string
        }
        Returns: string
      }
      /**
       * The KB Updater takes a document up. p_attempt: `record.attempts` of the delivery.
       * Answers processing: go on; anything else: leave it (completed, failed, stale_attempt,
       * unknown_document).
       *
       * kb_updater, service_role
       */
      document_started: {
        Args: {
          p_document_id: string
          p_attempt: number
        }
        Returns: string
      }
      /**
       * For the Voice Agent at the start of a call: the business that the called number belongs to. Spaces,
       * dashes, dots and
       * brackets in the number don't matter. No row for an unknown, inactive or trashed number or business. One
       * index probe.
       *
       * voice_agent, service_role
       */
      find_business_by_number: {
        Args: {
          p_phone_number: string
        }
        Returns: {
          business_id: string
          name: string
          business_type: string
          timezone: string
          is_open_now: boolean
          business_hours: Json | null
          number_id: string
        }[]
      }
      /**
       * Moves one row to the trash and says so, where a DELETE reports no row. p_table: business_v2,
       * business_numbers, appointments
       * or documents. A business takes its numbers, appointments and documents along.
       * Answers trashed, or why nothing was changed: already_trashed, unknown (no such row, or another
       * tenant's), unknown_table,
       * not_allowed (the caller's role may not delete from this table), or the name of the rule that refused.
       *
       * authenticated, service_role
       */
      move_to_trash: {
        Args: {
          p_table: string
          p_id: string
        }
        Returns: string | null
      }
      /**
       * What to offer when a time is taken: the free times nearest to p_near, within a month of it; of two at
       * the same distance the
       * earlier first. The rows are those of available_slots.
       * Errors: 22023 for what is missing, infinite or out of range.
       *
       * authenticated, voice_agent, service_role
       */
      nearest_slots: {
        Args: {
          p_business_id: string
          p_near: string
          p_duration?: number
          p_limit?: number
        }
        Returns: {
          starts_at: string
          ends_at: string
          local_start: string
          free: number
        }[]
      }
      /**
       * Record what a payment provider reported of one dispute. Reports may come in any order, also before
       * their payment, and
       * any number of times. An open or lost dispute takes its amount from the wallet; what the wallet lacks is
       * owed, and the
       * wallet stops. A won dispute returns it; a warning (inquiry) takes nothing.
       * A dispute above what is left of the payment takes what is left; the rest is the platform's loss.
       * p_payment_id, p_dispute_id: the provider's ids, such as pi_… and dp_…. p_state: warning, open, won or
       * lost.
       * p_amount: in major units of p_currency. p_evidence_due_by: until when evidence can be sent.
       * Returns as record_payment does. Errors: the same.
       *
       * service_role
       */
      record_dispute: {
        Args: {
          p_payment_id: string
          p_dispute_id: string
          p_state: string
          p_amount: number
          p_currency: string
          p_reason?: string
          p_evidence_due_by?: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record what a payment provider reported of a payment. Reports may come in any order, any number of
       * times.
       * p_payment_id: the provider's id, such as Stripe's payment intent (pi_…).
       * p_state: pending, failed, cancelled or succeeded. A success is final; it completes the payment's
       * transaction.
       * p_amount: what was received, in major units of p_currency; before a success, what was asked for.
       * p_user_id: the account that paid. Null where it is not known here: the payment's transaction says it,
       * or it is not ours.
       * p_description: of the transaction, where this call makes it. p_occurred_at: when, by the provider's
       * clock.
       * Returns outcome: settled (ledger and reports agree), waiting (the payment is not known yet), attention
       * (a person has to
       * look: `problem` is account_unknown, account_differs, amount_differs, amount_limit,
       * currency_unsupported,
       * currency_differs or wallet_balance_limit) or ignored (no account stands behind it).
       * Errors: 23514 payment_fact_state_known, payment_fact_amount_finite, payment_fact_ids_given,
       * payment_fact_currency_known.
       *
       * service_role
       */
      record_payment: {
        Args: {
          p_payment_id: string
          p_state: string
          p_amount: number
          p_currency: string
          p_user_id?: string
          p_description?: string
          p_reason?: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record what a payment provider reported of one refund. Reports may come in any order, also before their
       * payment, and any
       * number of times. A pending or succeeded refund takes its amount from the wallet; a failed or cancelled
       * one returns it.
       * A refund above what is left of the payment takes what is left; the rest is the platform's loss.
       * p_payment_id, p_refund_id: the provider's ids, such as pi_… and re_…. p_state: pending, succeeded,
       * failed or cancelled.
       * p_amount: in major units of p_currency. p_occurred_at: when, by the provider's clock.
       * Returns as record_payment does. Errors: the same.
       *
       * service_role
       */
      record_refund: {
        Args: {
          p_payment_id: string
          p_refund_id: string
          p_state: string
          p_amount: number
          p_currency: string
          p_reason?: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record how much of a charge was refunded so far, where the provider reports only the sum (Stripe's
       * amount_refunded).
       * It counts as far as refunds with an id do not explain it. The largest sum counts, in whatever order
       * they arrive.
       * p_payment_id, p_charge_id: the provider's ids, such as pi_… and ch_…. p_amount: in major units of
       * p_currency.
       * Returns as record_payment does. Errors: the same.
       *
       * service_role
       */
      record_refunded_total: {
        Args: {
          p_payment_id: string
          p_charge_id: string
          p_amount: number
          p_currency: string
          p_occurred_at?: string
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * Record one event of Stripe, as its webhook sends it. Verify the signature first, with Stripe's library.
       * Events may come in any order, any number of times. Known are payment_intent.*, charge.refunded,
       * refund.*,
       * charge.refund.updated and charge.dispute.*, in API versions with and without expanded refunds; others
       * are ignored.
       * The payment intent carries metadata {"user_id": the account}. One without it is not ours and is
       * ignored, unless a
       * transaction names it.
       * p_event: the event. p_live: true ignores test-mode events, false ignores live ones, null takes both.
       * Returns outcome: the worst of what record_payment, record_refund, record_refunded_total and
       * record_dispute return.
       * Errors: 23514 stripe_event_readable (a known type without id, amount or currency), and those of these
       * functions.
       *
       * service_role
       */
      record_stripe_event: {
        Args: {
          p_event: Json
          p_live?: boolean
        }
        Returns: {
          outcome: string | null
          transaction_id: string | null
          problem: string | null
        }[]
      }
      /**
       * The way in for services: records a transaction once, however often it is sent, and moves it on.
       * The same idempotency key with the same content gives the first row again, whatever became of it since:
       * captured at less, given
       * a payment intent, its number purged. The same payment intent and type gives that
       * row, moved to p_status where the states allow it: what Stripe redelivers, late or out of order, does no
       * harm.
       * p_amount: in p_currency, two decimals. Everything after p_currency has a default.
       * Errors: 23505 idempotency_key_reused, transaction_payment_intent_once (the content differs); those of
       * the table.
       *
       * service_role
       */
      record_transaction: {
        Args: {
          p_user_id: string
          p_type: Database["public"]["Enums"]["transaction_type"]
          p_amount: number
          p_currency: string
          p_status?: Database["public"]["Enums"]["transaction_status"]
          p_description?: string
          p_metadata?: Json
          p_stripe_payment_intent_id?: string
          p_business_number_id?: string
          p_idempotency_key?: string
          p_hold?: boolean
          p_expires_at?: string
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
        SetofOptions: {
          from: "*"
          to: "transactions"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      /**
       * Gives back a completed transaction: a debit to the wallet, a credit out of it. Partial refunds add up
       * to at most the
       * amount, then the status turns refunded.
       * p_amount: in the transaction's currency; null for what is left. A repeated p_idempotency_key refunds
       * once.
       * Errors: 23514 refund_exceeds_amount, transaction_status_transition, transaction_amount_positive,
       *         wallet_balance_not_negative (a credit whose money is spent); 23505 idempotency_key_reused;
       *         23503 refund_of_known_transaction.
       *
       * service_role
       */
      refund_transaction: {
        Args: {
          p_transaction_id: string
          p_amount?: number
          p_reason?: string
          p_idempotency_key?: string
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
        SetofOptions: {
          from: "*"
          to: "transactions"
          isOneToOne: true
          isSetofReturn: false
        }
      }
      /**
       * Moves an appointment to another time; the one it has counts as free. One row: outcome and
       * appointment_id.
       * outcome: rescheduled; already_cancelled; not_confirmed (it took place, or nobody came);
       * unknown_appointment; retry (as
       * book_appointment); or what check_appointment_time says, and nothing is changed. p_duration: minutes;
       * null keeps it.
       *
       * authenticated, voice_agent, service_role
       */
      reschedule_appointment: {
        Args: {
          p_appointment_id: string
          p_scheduled_at: string
          p_duration?: number
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /**
       * Brings one row back from the trash. p_table: business_v2, business_numbers, appointments or documents.
       * A business brings back
       * what went to the trash with it.
       * Answers restored, or why nothing was changed: not_in_trash, unknown (no such row, or another tenant's),
       * unknown_table,
       * not_allowed (the caller's role may not delete from this table), or the name of the rule that refused,
       * such as
       * business_is_in_trash, appointments_no_double_booking and appointment_external_id_once.
       *
       * authenticated, service_role
       */
      restore_from_trash: {
        Args: {
          p_table: string
          p_id: string
        }
        Returns: string | null
      }
      /**
       * Appointments by customer: name (with typos), phone in any spelling, e-mail, service, external id,
       * notes; best first. A user searches
       * their own. rank: 0 to 1. p_limit: at most 100. Text that holds no word finds nothing.
       *
       * authenticated, service_role
       */
      search_appointments: {
        Args: {
          p_query: string
          p_business_id?: string
          p_limit?: number
        }
        Returns: {
          id: string
          business_id: string
          customer_name: string
          customer_phone: string | null
          customer_email: string | null
          scheduled_at: string
          duration: number
          status: Database["public"]["Enums"]["appointment_status"]
          service_type: string | null
          external_id: string | null
          notes: string | null
          rank: number
        }[]
      }
      /**
       * Documents by their file's name, with typos, or path; best first. A user searches their own. rank: 0 to
       * 1. p_limit: at most 100.
       * Text that holds no word finds nothing.
       *
       * authenticated, service_role
       */
      search_documents: {
        Args: {
          p_query: string
          p_business_id?: string
          p_limit?: number
        }
        Returns: {
          id: string
          business_id: string
          file_name: string
          file_path: string
          mime_type: string | null
          file_size: number | null
          processing_status: Database["public"]["Enums"]["processing_status"]
          created_at: string
          rank: number
        }[]
      }
      /**
       * The original design's question: true when check_appointment_time says ok. Never null, never raises.
       *
       * authenticated, voice_agent, service_role
       */
      validate_appointment_time: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_duration: number
        }
        Returns: boolean
      }
      /**
       * What happened to one currency of an account's wallet from p_from (included) to p_to (not): one row with
       * the balance
       * before, the entries as a JSON list in their order, and the balance after. Row security decides: to a
       * user another
       * account's statement is empty. Errors: 22023 where p_from is after p_to.
       *
       * authenticated, service_role
       */
      wallet_statement: {
        Args: {
          p_user_id: string
          p_from: string
          p_to: string
          p_currency: string
        }
        Returns: {
          opening_balance: number
          entries: NonNullable<Json>
          closing_balance: number
        }[]
      }
    }
    Enums: {
      /** How an appointment was booked: by hand, by the Voice Agent, on the web, by text message. */
      appointment_source: "manual" | "voice_agent" | "web" | "sms"
      /** State of an appointment: confirmed takes up time; cancelled, completed and no_show do not. */
      appointment_status: "confirmed" | "cancelled" | "completed" | "no_show"
      /** What kind of phone number it is. */
      business_number_type: "local" | "toll_free" | "mobile" | "international" | "vanity"
      /** State of a document: pending, then processing, then completed or failed; both can be queued again. */
      processing_status: "pending" | "processing" | "completed" | "failed"
      /** State of a transaction: pending, then completed or failed; completed ones can be refunded. */
      transaction_status: "pending" | "completed" | "failed" | "refunded"
      /** A credit adds to a wallet, a debit takes from it. */
      transaction_type: "credit" | "debit"
    }
    CompositeTypes: { [_ in never]: never }
  }
}

type Public = Database["public"]

export type Tables<Name extends keyof (Public["Tables"] & Public["Views"])> =
  (Public["Tables"] & Public["Views"])[Name]["Row"]
export type TablesInsert<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Insert"]
export type TablesUpdate<Name extends keyof Public["Tables"]> = Public["Tables"][Name]["Update"]
export type Enums<Name extends keyof Public["Enums"]> = Public["Enums"][Name]

export const Constants = {
  public: {
    Enums: {
      appointment_source: ["manual", "voice_agent", "web", "sms"],
      appointment_status: ["confirmed", "cancelled", "completed", "no_show"],
      business_number_type: ["local", "toll_free", "mobile", "international", "vanity"],
      processing_status: ["pending", "processing", "completed", "failed"],
      transaction_status: ["pending", "completed", "failed", "refunded"],
      transaction_type: ["credit", "debit"],
    },
  },
} as const
