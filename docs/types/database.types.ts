// Written by `manage.py types` from a migrated database; a test compares. Give it to supabase-js:
//
//     createClient<Database>(url, key)
//
// The lines above a table say which of its columns each role may select, insert and update; the rest is refused with
// 42501. What nobody may write is `never`. Amounts are numeric(10,2), which JSON
// carries as a number: count in cents before you add them up.

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  public: {
    Tables: {
      /**
       * authenticated: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
       *   external_id, id, notes, scheduled_at, service_type, source, status; update business_id,
       *   customer_email, customer_name, customer_phone, duration, external_id, notes, scheduled_at,
       *   service_type, source, status
       * voice_agent: select all; insert business_id, customer_email, customer_name, customer_phone, duration,
       *   external_id, id, notes, scheduled_at, service_type, source, status; update business_id,
       *   customer_email, customer_name, customer_phone, duration, external_id, notes, scheduled_at,
       *   service_type, source, status
       * service_role: select all; insert all; update all
       */
      appointments: {
        Row: {
          buffer_after: number
          buffer_before: number
          business_id: string
          busy_from: string | null
          busy_to: string | null
          created_at: string
          customer_email: string | null
          customer_name: string
          customer_phone: string | null
          deleted_at: string | null
          duration: number
          external_id: string | null
          id: string
          notes: string | null
          scheduled_at: string
          search: unknown
          service_type: string | null
          slot_number: number | null
          source: Database["public"]["Enums"]["appointment_source"]
          status: Database["public"]["Enums"]["appointment_status"]
          updated_at: string
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
       * authenticated: select all; insert buffer_after, buffer_before, business_id, capacity, id,
       *   max_days_ahead, min_notice, slot_step; update buffer_after, buffer_before, business_id, capacity,
       *   max_days_ahead, min_notice, slot_step
       * voice_agent: select all
       * service_role: select all; insert all; update all
       */
      booking_rules: {
        Row: {
          buffer_after: number
          buffer_before: number
          business_id: string
          capacity: number
          created_at: string
          id: string
          max_days_ahead: number
          min_notice: number
          slot_step: number | null
          updated_at: string
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
       * authenticated: select all; update business_id, display_name, is_primary, notes
       * voice_agent: select all
       * service_role: select all; insert all; update all
       */
      business_numbers: {
        Row: {
          business_id: string | null
          capabilities: Json | null
          country_code: string
          created_at: string
          deleted_at: string | null
          display_name: string
          features: Json
          id: string
          is_active: boolean
          is_primary: boolean
          monthly_cost: number | null
          notes: string | null
          number_type: Database["public"]["Enums"]["business_number_type"]
          phone_number: string
          provider: string
          purchase_date: string | null
          sms_url: string | null
          status_callback_url: string | null
          twilio_account_sid: string | null
          twilio_sid: string | null
          updated_at: string
          user_id: string
          voice_url: string | null
        }
        Insert: {
          business_id?: string | null
          capabilities?: Json | null
          country_code: string
          created_at?: string
          deleted_at?: never
          display_name: string
          features?: Json
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
          features?: Json
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
       * authenticated: select all; insert address, business_hours, business_type, description, email, id,
       *   is_active, logo_url, name, phone_number, timezone, user_id, website; update address, business_hours,
       *   business_type, description, email, is_active, logo_url, name, phone_number, timezone, website
       * voice_agent: select all
       * kb_updater: select id, name
       * service_role: select all; insert all; update all
       */
      business_v2: {
        Row: {
          address: string | null
          business_hours: Json | null
          business_type: string
          created_at: string
          deleted_at: string | null
          description: string | null
          email: string | null
          id: string
          is_active: boolean
          logo_url: string | null
          name: string
          phone_number: string | null
          search: unknown
          timezone: string
          updated_at: string
          user_id: string
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
          user_id: string
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
       * authenticated: select all; insert business_id, file_name, file_path, file_size, id, mime_type; update
       *   file_name
       * kb_updater: select all; update chunk_count, processing_error, processing_status, vector_db_id
       * service_role: select all; insert all; update all
       */
      documents: {
        Row: {
          attempts: number
          business_id: string
          chunk_count: number
          created_at: string
          deleted_at: string | null
          file_name: string
          file_path: string
          file_size: number | null
          id: string
          mime_type: string | null
          processed_at: string | null
          processing_error: string | null
          processing_started_at: string | null
          processing_status: Database["public"]["Enums"]["processing_status"]
          rescues: number
          search: unknown
          updated_at: string
          user_id: string
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
       * authenticated: select all
       * service_role: select all
       */
      ledger_entries: {
        Row: {
          amount: number
          balance_after: number
          contra: string
          created_at: string
          currency: string
          hash: string
          id: string
          kind: string
          seq: number
          transaction_id: string | null
          updated_at: string
          user_id: string
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
       * authenticated: select all
       * service_role: select all; insert all; update all
       */
      transactions: {
        Row: {
          amount: number
          business_number_id: string | null
          completed_at: string | null
          created_at: string
          currency: string
          description: string | null
          expires_at: string | null
          hold: boolean
          id: string
          idempotency_key: string | null
          metadata: Json
          refunded_amount: number
          status: Database["public"]["Enums"]["transaction_status"]
          stripe_payment_intent_id: string | null
          type: Database["public"]["Enums"]["transaction_type"]
          updated_at: string
          user_id: string
        }
        Insert: {
          amount: number
          business_number_id?: string | null
          completed_at?: string | null
          created_at?: string
          currency: string
          description?: string | null
          expires_at?: string | null
          hold?: boolean
          id?: string
          idempotency_key?: string | null
          metadata?: Json
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
          expires_at?: string | null
          hold?: boolean
          id?: string
          idempotency_key?: string | null
          metadata?: Json
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
       * authenticated: select all
       * service_role: select all; insert all; update all
       */
      wallets: {
        Row: {
          balance_inr: number
          balance_usd: number
          created_at: string
          currency: string
          held_inr: number
          held_usd: number
          id: string
          is_active: boolean
          ledger_at: string | null
          ledger_hash: string | null
          ledger_seq: number
          updated_at: string
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
          updated_at?: never
          user_id?: never
        }
        Relationships: [
        ]
      }
    }
    Views: {
      /**
       * authenticated: select all
       */
      appointments_by_day: {
        Row: {
          appointments: number | null
          business_id: string | null
          day: string | null
          minutes: number | null
          refreshed_at: string | null
          source: Database["public"]["Enums"]["appointment_source"] | null
          status: Database["public"]["Enums"]["appointment_status"] | null
        }
        Relationships: [
        ]
      }
      /**
       * authenticated: select all
       */
      document_processing_by_day: {
        Row: {
          completed: number | null
          day: string | null
          failed: number | null
          median_seconds: number | null
          p95_seconds: number | null
          refreshed_at: string | null
          uploaded: number | null
        }
        Relationships: [
        ]
      }
      /**
       * authenticated: select all
       */
      number_costs: {
        Row: {
          monthly_cost: number | null
          number_type: Database["public"]["Enums"]["business_number_type"] | null
          numbers: number | null
          provider: string | null
          refreshed_at: string | null
          unknown: number | null
        }
        Relationships: [
        ]
      }
      /**
       * authenticated: select all
       */
      spending_by_day: {
        Row: {
          carried: number | null
          change: number | null
          currency: string | null
          day: string | null
          paid_back: number | null
          refreshed_at: string | null
          refunded: number | null
          spent: number | null
          topped_up: number | null
        }
        Relationships: [
        ]
      }
      /**
       * authenticated: select all
       */
      utilisation_by_day: {
        Row: {
          booked_minutes: number | null
          business_id: string | null
          capacity: number | null
          day: string | null
          open_minutes: number | null
          refreshed_at: string | null
          utilisation: number | null
        }
        Relationships: [
        ]
      }
    }
    Functions: {
      /** authenticated, service_role */
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
      /** authenticated, voice_agent, service_role */
      available_slots: {
        Args: {
          p_business_id: string
          p_from: string
          p_to: string
          p_duration?: number
          p_step?: number | null
          p_limit?: number
        }
        Returns: {
          starts_at: string
          ends_at: string
          local_start: string
          free: number
        }[]
      }
      /** authenticated, voice_agent, service_role */
      book_appointment: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_customer_name: string
          p_duration?: number
          p_customer_phone?: string | null
          p_customer_email?: string | null
          p_source?: Database["public"]["Enums"]["appointment_source"]
          p_external_id?: string | null
          p_service_type?: string | null
          p_notes?: string | null
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /** authenticated, voice_agent, service_role */
      cancel_appointment: {
        Args: {
          p_appointment_id: string
          p_reason?: string | null
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /** authenticated, voice_agent, service_role */
      check_appointment_time: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_duration?: number
          p_exclude?: string | null
        }
        Returns: string
      }
      /** service_role */
      dispute_transaction: {
        Args: {
          p_transaction_id: string
          p_amount?: number | null
          p_reason?: string | null
          p_idempotency_key?: string | null
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
      }
      /** kb_updater, service_role */
      document_completed: {
        Args: {
          p_document_id: string
          p_attempt: number
          p_vector_db_id: string
          p_chunk_count: number
        }
        Returns: string
      }
      /** kb_updater, service_role */
      document_failed: {
        Args: {
          p_document_id: string
          p_attempt: number
          p_error: string
        }
        Returns: string
      }
      /** kb_updater, service_role */
      document_started: {
        Args: {
          p_document_id: string
          p_attempt: number
        }
        Returns: string
      }
      /** voice_agent, service_role */
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
      /** authenticated, service_role */
      move_to_trash: {
        Args: {
          p_table: string
          p_id: string
        }
        Returns: string | null
      }
      /** authenticated, voice_agent, service_role */
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
      /** service_role */
      record_transaction: {
        Args: {
          p_user_id: string
          p_type: Database["public"]["Enums"]["transaction_type"]
          p_amount: number
          p_currency: string
          p_status?: Database["public"]["Enums"]["transaction_status"]
          p_description?: string | null
          p_metadata?: Json | null
          p_stripe_payment_intent_id?: string | null
          p_business_number_id?: string | null
          p_idempotency_key?: string | null
          p_hold?: boolean
          p_expires_at?: string | null
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
      }
      /** service_role */
      refund_transaction: {
        Args: {
          p_transaction_id: string
          p_amount?: number | null
          p_reason?: string | null
          p_idempotency_key?: string | null
        }
        Returns: Database["public"]["Tables"]["transactions"]["Row"]
      }
      /** authenticated, voice_agent, service_role */
      reschedule_appointment: {
        Args: {
          p_appointment_id: string
          p_scheduled_at: string
          p_duration?: number | null
        }
        Returns: {
          outcome: string
          appointment_id: string | null
        }[]
      }
      /** authenticated, service_role */
      restore_from_trash: {
        Args: {
          p_table: string
          p_id: string
        }
        Returns: string | null
      }
      /** authenticated, service_role */
      search_appointments: {
        Args: {
          p_query: string
          p_business_id?: string | null
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
      /** authenticated, service_role */
      search_documents: {
        Args: {
          p_query: string
          p_business_id?: string | null
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
      /** authenticated, voice_agent, service_role */
      validate_appointment_time: {
        Args: {
          p_business_id: string
          p_scheduled_at: string
          p_duration: number
        }
        Returns: boolean
      }
      /** authenticated, service_role */
      wallet_statement: {
        Args: {
          p_user_id: string
          p_from: string
          p_to: string
          p_currency: string
        }
        Returns: {
          opening_balance: number
          entries: Json
          closing_balance: number
        }[]
      }
    }
    Enums: {
      appointment_source: "manual" | "voice_agent" | "web" | "sms"
      appointment_status: "confirmed" | "cancelled" | "completed" | "no_show"
      business_number_type: "local" | "toll_free" | "mobile" | "international" | "vanity"
      processing_status: "pending" | "processing" | "completed" | "failed"
      transaction_status: "pending" | "completed" | "failed" | "refunded"
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
